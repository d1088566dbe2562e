using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Serialization;
using Operator.Kubernetes.Tests.Support;

namespace Operator.Kubernetes.Tests.Serialization;

public class ListReaderTests
{
    private const string Text = """
        {"apiVersion":"v1","unknown":{"items":[1,{"a":"]}"}]},"items":[ {"metadata":{"name":"a"}} , {"metadata":{"name":"b","x":[[{}],"}{"]}},{}],
         "metadata":{"resourceVersion":"9","continue":"","x":1},"kind":"L"}
        """;

    [Fact]
    public async Task A_list_is_read_whole_wherever_the_stream_is_cut()
    {
        var bytes = Encoding.UTF8.GetBytes(Text);
        var expected = JsonNode.Parse(Text)!["items"]!.AsArray().Select(i => i!.ToJsonString()).ToList();
        for (var cut = 0; cut <= bytes.Length; cut++) await CheckAsync([bytes[..cut], bytes[cut..]]);
        await CheckAsync(bytes.Select(b => new[] { b }));

        async Task CheckAsync(IEnumerable<byte[]> pieces)
        {
            var list = await ReadAsync(pieces, bytes.Length);
            Assert.Equal(expected, list.Items.Select(i => i.ToJsonString()));
            Assert.Equal("9", list.Metadata.ResourceVersion);
        }
    }

    [Fact]
    public async Task A_list_that_is_cut_short_is_an_error_and_never_a_short_list()
    {
        var bytes = Encoding.UTF8.GetBytes(Text.TrimEnd());
        for (var end = 0; end < bytes.Length; end++)
            await Assert.ThrowsAnyAsync<JsonException>(() => ReadAsync([bytes[..end]], bytes.Length));
    }

    [Fact]
    public async Task Only_one_item_must_fit_into_the_window()
    {
        static IEnumerable<byte[]> Pieces()
        {
            yield return "{\"items\":["u8.ToArray();
            for (var i = 0; i < 5000; i++) yield return Encoding.UTF8.GetBytes((i > 0 ? "," : "") + "{\"v\":\"" + new string('x', 1000) + "\"}");
            yield return "]}"u8.ToArray();
        }
        Assert.Equal(5000, (await ReadAsync(Pieces(), 4096)).Items.Count);
        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(["{\"items\":[{\"v\":\""u8.ToArray(), .. Enumerable.Repeat(Encoding.UTF8.GetBytes(new string('x', 1000)), 100)], 4096));
    }

    private static Task<KubernetesList<JsonObject>> ReadAsync(IEnumerable<byte[]> pieces, int limit) =>
        ListReader<JsonObject>.ReadAsync(
            new PiecewiseStream(pieces), utf8 => JsonNode.Parse(utf8)!.AsObject(), KubernetesJson.BuiltIn.TypeInfo<V1ListMeta>(), limit, default);
}
