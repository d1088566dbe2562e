using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Serialization;
using Operator.Kubernetes.Tests.Support;

namespace Operator.Kubernetes.Tests.Serialization;

public class UnreadableObjectTests
{
    private static readonly KubernetesJson Json = new(UnreadableContext.Default);

    private const string Broken = """
        {"apiVersion":"example.com/v1","kind":"Tolerant","metadata":{"name":"b","namespace":"n","uid":"u","resourceVersion":"7","finalizers":["f"]},
         "spec":{"sizes":[1,"two"]},"status":{"seen":3}}
        """;

    [Fact]
    public void An_object_that_does_not_fit_arrives_with_its_metadata_and_the_path()
    {
        var value = ObjectReader.Read(Encoding.UTF8.GetBytes(Broken), Json.TypeInfo<Tolerant>());

        Assert.Equal(("b", "n", "u", "7"), (value.Metadata.Name, value.Metadata.NamespaceProperty, value.Metadata.Uid, value.Metadata.ResourceVersion));
        Assert.Equal(["f"], value.Metadata.Finalizers);
        Assert.Empty(value.Spec.Sizes);
        Assert.Equal(3, value.Status.Seen);
        Assert.Equal("spec.sizes[1]", value.Unreadable!.Field);
        Assert.Equal("has a value of the wrong type", value.Unreadable.Fault);
        Assert.Equal("n/b", value.Unreadable.Identity);
        Assert.Null(value.AdditionalProperties);
    }

    [Theory]
    [InlineData("""{"metadata":{"name":"b"},"spec":{"sizes":[1]},"status":{"seen":"x","conditions":[{"type":"Ready","status":"True"}]}}""", "status.seen", 1)]
    [InlineData("""{"metadata":{"name":"b"},"spec":{"sizes":7},"status":{"seen":"x","conditions":[{"type":"Ready","status":"True"}]}}""", "spec.sizes", 1)]
    [InlineData("""{"metadata":{"name":"b"},"spec":{"sizes":7},"status":"x"}""", "spec.sizes", 0)]
    [InlineData("""{"metadata":{"name":"b"},"spec":7}""", "spec", 0)]
    public void Of_a_status_that_does_not_fit_the_conditions_are_kept(string text, string field, int conditions)
    {
        var value = ObjectReader.Read(Encoding.UTF8.GetBytes(text), Json.TypeInfo<Tolerant>());

        Assert.Equal(field, value.Unreadable!.Field);
        Assert.Empty(value.Spec.Sizes);
        Assert.Equal(conditions, value.Status.Conditions?.Count ?? 0);
    }

    [Fact]
    public async Task A_list_keeps_every_item_although_one_does_not_fit()
    {
        var text = """{"metadata":{"resourceVersion":"9"},"items":[{"metadata":{"name":"a"},"spec":{"sizes":[1]}},""" + Broken + """,{"metadata":{"name":"c"}}]}""";
        var list = await ListReader<Tolerant>.ReadAsync(
            new PiecewiseStream([Encoding.UTF8.GetBytes(text)]), utf8 => ObjectReader.Read(utf8, Json.TypeInfo<Tolerant>()),
            KubernetesJson.BuiltIn.TypeInfo<V1ListMeta>(), 4096, TestContext.Current.CancellationToken);

        Assert.Equal(["a", "b", "c"], list.Items.Select(i => i.Metadata.Name));
        Assert.Equal([false, true, false], list.Items.Select(i => i.Unreadable is not null));
    }

    [Theory]
    [InlineData("ADDED", WatchEventType.Added)]
    [InlineData("MODIFIED", WatchEventType.Modified)]
    [InlineData("DELETED", WatchEventType.Deleted)]
    public void A_watch_event_carries_it_too(string type, WatchEventType expected)
    {
        var seen = WatchFrame.Parse<Tolerant>(Encoding.UTF8.GetBytes($$"""{"type":"{{type}}","object":{{Broken}}}"""), Json);

        Assert.Equal((expected, "b", "spec.sizes[1]"), (seen.Type, seen.Object.Metadata.Name, seen.Object.Unreadable!.Field));
    }

    [Theory]
    [InlineData("""{"metadata":{"name":7},"spec":{}}""")]
    [InlineData("""{"metadata":{},"spec":{"sizes":"x"}}""")]
    [InlineData("""{"spec":{"sizes":"x"}}""")]
    [InlineData("[]")]
    public void An_object_that_cannot_be_told_apart_from_others_is_an_error_still(string text) =>
        Assert.Throws<UnreadableObjectException>(() => ObjectReader.Read(Encoding.UTF8.GetBytes(text), Json.TypeInfo<Tolerant>()));

    [Fact]
    public void A_type_that_does_not_tolerate_it_gets_the_error() =>
        Assert.Throws<UnreadableObjectException>(() => ObjectReader.Read(Encoding.UTF8.GetBytes(Broken), Json.TypeInfo<Strict>()));

    [Fact]
    public void What_was_read_in_part_is_never_written_back_whole()
    {
        var value = ObjectReader.Read(Encoding.UTF8.GetBytes(Broken), Json.TypeInfo<Tolerant>());

        var thrown = Assert.Throws<InvalidOperationException>(() => KubernetesPatch.Apply(value, Json));
        Assert.Contains("n/b was read in part only (spec.sizes[1]", thrown.Message, StringComparison.Ordinal);
    }
}

public sealed class SizesSpec : KubernetesModel
{
    public IList<int> Sizes { get; set; } = [];
}

public sealed class SeenStatus : KubernetesModel
{
    public int? Seen { get; set; }

    public IList<V1Condition>? Conditions { get; set; }
}

[KubernetesEntity(Group = "example.com", Kind = "Tolerant", PluralName = "tolerants")]
public sealed class Tolerant : CustomKubernetesEntity<SizesSpec, SeenStatus>, IToleratesUnreadable
{
    [JsonIgnore]
    public UnreadableObjectException? Unreadable { get; set; }
}

[KubernetesEntity(Group = "example.com", Kind = "Strict", PluralName = "stricts")]
public sealed class Strict : CustomKubernetesEntity<SizesSpec, SeenStatus>;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Tolerant))]
[JsonSerializable(typeof(Strict))]
internal sealed partial class UnreadableContext : JsonSerializerContext;
