using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Operator.Conformance.Replay;
using Operator.Testing.Clusters;

namespace Operator.Conformance.Rules;

/// <summary>The cluster-wide objects of the cases: made where a conversation needs them, removed from a cluster that others use.</summary>
internal static class TestResources
{
    private const string Definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private const string Definition = Definitions + "/widgets.example.com";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <exception cref="InvalidOperationException">The cluster is shared and has the test's kind already, or refuses it.</exception>
    public static async Task CreateWidgetDefinitionAsync(HttpClient client, ClusterTarget target, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(await File.ReadAllBytesAsync(Path.Combine(GoldenRecords.Files, "crd.yaml"), cancellationToken));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/yaml");
        using var created = await client.PostAsync(new Uri(Definitions, UriKind.Relative), content, cancellationToken);
        if (created.StatusCode == HttpStatusCode.Conflict && !target.IsPrivate)
            throw new InvalidOperationException("The cluster has widgets.example.com already; the cases would change what is not theirs.");
        if (!created.IsSuccessStatusCode)
            throw new InvalidOperationException(
                $"The test's CustomResourceDefinition was answered with {(int)created.StatusCode}: {await created.Content.ReadAsStringAsync(cancellationToken)}");
        await ServedAsync(client, cancellationToken);
    }

    /// <summary>Answers when the test's kind is established and can be listed.</summary>
    public static async Task ServedAsync(HttpClient client, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Limit);
        while (!await IsServedAsync(client, deadline.Token)) await Task.Delay(TimeSpan.FromMilliseconds(100), deadline.Token);
    }

    /// <summary>Removes the test's kind with its objects, and the namespaces of the cases.</summary>
    public static async Task RemoveAsync(HttpClient client)
    {
        foreach (var path in new[] { Definition, "/api/v1/namespaces/strict", "/api/v1/namespaces/team-k" })
        {
            using var removed = await client.DeleteAsync(new Uri(path, UriKind.Relative));
            if (!removed.IsSuccessStatusCode && removed.StatusCode != HttpStatusCode.NotFound)
                throw new InvalidOperationException($"DELETE {path} was answered with {(int)removed.StatusCode}.");
        }
    }

    private static async Task<bool> IsServedAsync(HttpClient client, CancellationToken cancellationToken)
    {
        var definition = JsonNode.Parse(await client.GetStringAsync(new Uri(Definition, UriKind.Relative), cancellationToken));
        var established = definition?["status"]?["conditions"] is JsonArray conditions
            && conditions.Any(c => (string?)c?["type"] == "Established" && (string?)c["status"] == "True");
        if (!established) return false;
        using var list = await client.GetAsync(new Uri("/apis/example.com/v1/namespaces/default/widgets", UriKind.Relative), cancellationToken);
        return list.IsSuccessStatusCode;
    }
}
