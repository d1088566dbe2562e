using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Operator.Conformance.Replay;

namespace Operator.Conformance.Rules;

/// <summary>Changes that the recorded rules presuppose but that stand between the recorded requests.</summary>
internal static class RuleSetup
{
    public static async Task BeforeAsync(int rule, HttpClient client, SymbolTable symbols, RecordedNamespace space, CancellationToken cancellationToken)
    {
        var widgets = $"/apis/example.com/v1/namespaces/{space.Live}/widgets";
        switch (rule)
        {
            case 35:
                var metadata = JsonNode.Parse(await SendAsync(client, HttpMethod.Post, widgets, Widget("g", null), cancellationToken))!["metadata"]!;
                // The rule's first answer speaks of this object before any answer shows it.
                symbols.Identity("63888013-5eaa-47f7-9388-b3f26e6770be", (string)metadata["uid"]!);
                symbols.ObjectVersion("277", (string)metadata["resourceVersion"]!);
                break;
            case 45:
                await SendAsync(client, HttpMethod.Post, widgets, Widget("w1", "in"), cancellationToken);
                await SendAsync(client, HttpMethod.Post, widgets, Widget("w2", "in"), cancellationToken);
                break;
            case 53:
                await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
                await SendAsync(client, HttpMethod.Patch, widgets + "/w2", """{"metadata":{"labels":{"sel":"out"}}}""", cancellationToken);
                await SendAsync(client, HttpMethod.Patch, widgets + "/w2", """{"metadata":{"labels":{"sel":"in"}}}""", cancellationToken);
                await SendAsync(client, HttpMethod.Delete, widgets + "/w1", null, cancellationToken);
                break;
            default:
                break;
        }
    }

    private static string Widget(string name, string? label)
    {
        var labels = label is null ? "" : $$""","labels":{"sel":"{{label}}"}""";
        return $$"""{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"{{name}}"{{labels}} },"spec":{"size":"small"} }""";
    }

    private static async Task<string> SendAsync(HttpClient client, HttpMethod method, string path, string? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(method == HttpMethod.Patch ? "application/merge-patch+json" : "application/json");
        }
        using var response = await client.SendAsync(request, cancellationToken);
        var answer = await response.Content.ReadAsStringAsync(cancellationToken);
        return response.IsSuccessStatusCode
            ? answer
            : throw new InvalidOperationException($"The preparation {method} {path} was answered with {(int)response.StatusCode}: {answer}");
    }
}
