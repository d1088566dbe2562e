using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Operator.Conformance.Replay;

namespace Operator.Conformance.Verdicts;

/// <summary>The cluster-wide objects of the cases: made where a conversation needs them, removed from a cluster that others use.</summary>
internal static class TestResources
{
    private const string Definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private const string Definition = Definitions + "/widgets.example.com";
    private static readonly string[] Taken = [Definition, "/api/v1/namespaces/strict", "/api/v1/namespaces/team-k"];
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static async Task CreateWidgetDefinitionAsync(HttpClient client, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(await File.ReadAllBytesAsync(Path.Combine(GoldenRecords.Files, "crd.yaml"), cancellationToken));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/yaml");
        using var created = await client.PostAsync(new Uri(Definitions, UriKind.Relative), content, cancellationToken);
        await MustAsync(created, "the test's CustomResourceDefinition");
        await ServedAsync(client, cancellationToken);
    }

    /// <summary>Answers when the test's kind is established and can be listed.</summary>
    public static async Task ServedAsync(HttpClient client, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Limit);
        while (!await IsServedAsync(client, deadline.Token)) await Task.Delay(TimeSpan.FromMilliseconds(100), deadline.Token);
    }

    /// <summary>Makes a namespace for the cases on a cluster that others use, where nothing may have the names that the cases will take.</summary>
    /// <exception cref="InvalidOperationException">The cluster has one of those names; the cases would change what is not theirs.</exception>
    public static async Task ClaimAsync(HttpClient client, string space, CancellationToken cancellationToken)
    {
        foreach (var path in Taken.Append("/api/v1/namespaces/nowhere"))
        {
            // A conversation that has just ended may still be on its way out.
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(Limit);
            while (await IsThereAsync(client, path, deadline.Token) is var (there, going) && there)
            {
                if (!going) throw new InvalidOperationException($"The cluster has {path} already; the cases would change what is not theirs.");
                await Task.Delay(TimeSpan.FromMilliseconds(500), deadline.Token);
            }
        }
        using var created = await client.PostAsync(
            new Uri("/api/v1/namespaces", UriKind.Relative),
            new StringContent($$"""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"{{space}}"} }""", Encoding.UTF8, "application/json"),
            cancellationToken);
        await MustAsync(created, $"the namespace {space}");
    }

    /// <summary>Removes the test's kind with its objects, and the namespaces of the cases.</summary>
    public static async Task RemoveAsync(HttpClient client, string space)
    {
        foreach (var path in Taken.Append($"/api/v1/namespaces/{space}")) await DeleteAsync(client, path);
    }

    public static async Task DeleteAsync(HttpClient client, string path)
    {
        using var removed = await client.DeleteAsync(new Uri(path, UriKind.Relative));
        if (removed.StatusCode != HttpStatusCode.NotFound) await MustAsync(removed, $"DELETE {path}");
    }

    private static async Task<(bool There, bool Going)> IsThereAsync(HttpClient client, string path, CancellationToken cancellationToken)
    {
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        if (answer.StatusCode == HttpStatusCode.NotFound) return (false, false);
        await MustAsync(answer, $"GET {path}");
        var found = JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken));
        return (true, found?["metadata"]?["deletionTimestamp"] is not null);
    }

    private static async Task MustAsync(HttpResponseMessage answer, string what)
    {
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"{what} was answered with {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
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
