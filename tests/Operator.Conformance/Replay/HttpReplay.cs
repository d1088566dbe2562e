using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Operator.Conformance.Replay;

/// <summary>Sends recorded requests to a live server and compares what comes back.</summary>
public sealed class HttpReplay(HttpClient client, SymbolTable symbols, RecordedNamespace space)
{
    private static readonly TimeSpan RequestLimit = TimeSpan.FromSeconds(60);

    /// <summary>Sends one request; the answer is empty when server and record agree, else one line a difference.</summary>
    public async Task<IReadOnlyList<string>> SendAsync(RecordedExchange step, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(RequestLimit);
        var head = $"{step.Method} {step.Path}";
        try
        {
            using var request = Request(step);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            var text = space.Recorded(await response.Content.ReadAsStringAsync(deadline.Token));
            var differences = Compare(step, response, text).ToArray();
            return differences.Length == 0 ? [] : [$"{head}\n    {string.Join("\n    ", differences)}"];
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return [$"{head}\n    failed: {(e is OperationCanceledException ? $"no complete answer within {RequestLimit.TotalSeconds} s" : e.Message)}"];
        }
    }

    private HttpRequestMessage Request(RecordedExchange step)
    {
        var request = new HttpRequestMessage(new HttpMethod(step.Method), new Uri(space.Path(symbols.Substitute(step.Path)), UriKind.Relative));
        request.Headers.TryAddWithoutValidation("Accept", step.Accept ?? "application/json");
        if (Body(step.Body) is { } body)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(step.ContentType ?? "application/json");
        }
        return request;
    }

    private byte[]? Body(JsonNode? body)
    {
        if (body is null) return null;
        if (body is JsonObject binary && binary.ContainsKey("base64")) return space.Binary(Convert.FromBase64String((string)binary["base64"]!));
        return body is JsonValue text && text.GetValueKind() == JsonValueKind.String
            ? Encoding.UTF8.GetBytes((string)text!)
            : Encoding.UTF8.GetBytes(space.Body(symbols.Substitute(body)!.ToJsonString()));
    }

    private IEnumerable<string> Compare(RecordedExchange step, HttpResponseMessage response, string text)
    {
        if ((int)response.StatusCode != step.Status)
            yield return $"status expected {step.Status}, got {(int)response.StatusCode}: {(text.Length <= 1000 ? text : text[..1000] + "…")}";
        var warning = response.Headers.TryGetValues("Warning", out var values) ? string.Join(", ", values) : null;
        if (warning != step.Warning) yield return $"Warning header expected {step.Warning ?? "none"}, got {warning ?? "none"}";
        if (step.Answer is null || (int)response.StatusCode != step.Status) yield break;
        if (!TryRead(step, text, out var live))
        {
            yield return $"the answer is not JSON: {(text.Length <= 600 ? text : text[..600] + "…")}";
            yield break;
        }
        foreach (var difference in JsonComparison.Compare(symbols, step.Answer, live)) yield return difference;
    }

    private static bool TryRead(RecordedExchange step, string text, out JsonNode? live)
    {
        live = null;
        try
        {
            live = step.Answer is JsonValue ? JsonValue.Create(text)
                : step.IsWatch ? new JsonArray([.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line))])
                : JsonNode.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
