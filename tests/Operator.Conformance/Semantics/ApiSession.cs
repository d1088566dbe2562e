using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Operator.Conformance.Semantics;

/// <summary>Plain requests in a namespace that belongs to one case.</summary>
public sealed class ApiSession(HttpClient client, string space)
{
    public const string Merge = "application/merge-patch+json";
    public const string Apply = "application/apply-patch+yaml";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public string Namespace => space;

    /// <summary>The path of the case's widgets.</summary>
    public string Widgets => $"/apis/example.com/v1/namespaces/{space}/widgets";

    public Task<ApiAnswer> GetAsync(string path, string accept = "application/json") => SendAsync(HttpMethod.Get, path, null, null, accept);

    public Task<ApiAnswer> PostAsync(string path, string body) => SendAsync(HttpMethod.Post, path, body, "application/json");

    public Task<ApiAnswer> PutAsync(string path, string body) => SendAsync(HttpMethod.Put, path, body, "application/json");

    public Task<ApiAnswer> PatchAsync(string path, string body, string type = Merge) => SendAsync(HttpMethod.Patch, path, body, type);

    public Task<ApiAnswer> DeleteAsync(string path, string? body = null) => SendAsync(HttpMethod.Delete, path, body, "application/json");

    /// <summary>Creates a widget in the case's namespace.</summary>
    public async Task<ApiAnswer> CreateWidgetAsync(string name, string metadata = "", string spec = """ "size":"small" """) =>
        (await PostAsync(Widgets, Widget(name, metadata, spec))).Must(201);

    public static string Widget(string name, string metadata = "", string spec = """ "size":"small" """) =>
        $$"""{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"{{name}}"{{metadata}} },"spec":{ {{spec}} } }""";

    public async Task<ApiAnswer> SendAsync(HttpMethod method, string path, string? body, string? type, string accept = "application/json", string? token = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.TryAddWithoutValidation("Accept", accept);
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type ?? "application/json");
        }
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Limit);
        using var response = await client.SendAsync(request, deadline.Token);
        var text = await response.Content.ReadAsStringAsync(deadline.Token);
        return new ApiAnswer((int)response.StatusCode, Parse(text), text);
    }

    /// <summary>Opens a watch; the answer's headers have arrived when this returns, so nothing that follows is missed.</summary>
    public async Task<WatchSession> WatchAsync(string pathAndQuery, string accept = "application/json")
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(pathAndQuery, UriKind.Relative));
        request.Headers.TryAddWithoutValidation("Accept", accept);
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return await WatchSession.OpenAsync(request, response);
    }

    private static JsonObject Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
