using System.Text;
using System.Text.Json.Nodes;

namespace Operator.LocalCluster.Tests.Api;

/// <summary>Changes that name no version are made on whatever is there: many at once all succeed, as on a real API server.</summary>
public class ConcurrentPatchTests
{
    private const int Writers = 8;
    private const int Each = 25;

    [Theory]
    [InlineData("application/merge-patch+json", "?x={0}")]
    [InlineData("application/apply-patch+yaml", "?fieldManager=writer-{0}&force=true")]
    public async Task Patches_without_a_version_never_conflict(string type, string query)
    {
        await using var server = await LocalClusterServer.StartAsync();
        using var handler = new SocketsHttpHandler();
#pragma warning disable CA5359 // The server is this process.
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        using var client = new HttpClient(handler) { BaseAddress = server.Address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", server.AdminToken);
        const string collection = "/api/v1/namespaces/default/configmaps";
        using var created = await client.PostAsync(
            new Uri(collection, UriKind.Relative), Body("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"shared"}}""", "application/json"));
        created.EnsureSuccessStatusCode();

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < Each; i++)
            {
                var path = collection + "/shared" + string.Format(System.Globalization.CultureInfo.InvariantCulture, query, writer);
                var body = new JsonObject
                {
                    ["apiVersion"] = "v1", ["kind"] = "ConfigMap", ["metadata"] = new JsonObject { ["name"] = "shared" },
                    ["data"] = new JsonObject { [$"writer-{writer}"] = i.ToString(System.Globalization.CultureInfo.InvariantCulture) },
                };
                using var answer = await client.PatchAsync(new Uri(path, UriKind.Relative), Body(body.ToJsonString(), type));
                Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
            }
        })));

        var final = JsonNode.Parse(await client.GetStringAsync(new Uri(collection + "/shared", UriKind.Relative)))!;
        Assert.All(Enumerable.Range(0, Writers), w => Assert.Equal("24", (string?)final["data"]![$"writer-{w}"]));
    }

    [Fact]
    public async Task A_patch_that_names_an_older_version_conflicts()
    {
        await using var cluster = await ClusterUnderTest.StartAsync();
        var map = await cluster.CreateAsync(
            Operator.LocalCluster.Resources.WellKnown.ConfigMaps, """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"default"}}""");
        var stale = (JsonObject)map.DeepClone();
        map["data"] = new JsonObject { ["a"] = "1" };
        await cluster.Client.UpdateAsync(Operator.LocalCluster.Resources.WellKnown.ConfigMaps, map, null, CancellationToken.None);
        stale["data"] = new JsonObject { ["a"] = "2" };
        var error = await Assert.ThrowsAsync<LocalCluster.Api.ApiException>(async () =>
            await cluster.Client.UpdateAsync(Operator.LocalCluster.Resources.WellKnown.ConfigMaps, stale, null, CancellationToken.None));
        Assert.Equal(409, error.Code);
    }

    private static StringContent Body(string text, string type) => new(text, Encoding.UTF8, type);
}
