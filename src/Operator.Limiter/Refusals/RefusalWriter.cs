using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Operator.Contract;

namespace Operator.Limiter.Refusals;

/// <summary>Writes refusals as the API writes errors.</summary>
internal static class RefusalWriter
{
    /// <summary>The body of an error.</summary>
    public static byte[] Body(Refusal refusal, string requestId)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "error"u8);
            json.WriteStartObject("error"u8);
            json.WriteString("type"u8, refusal.Type);
            json.WriteString("message"u8, refusal.Message);
            json.WriteEndObject();
            json.WriteString("request_id"u8, requestId);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Answers with a refusal; nothing may have been sent before.</summary>
    public static async Task WriteAsync(HttpContext context, Refusal refusal, string requestId)
    {
        var body = Body(refusal, requestId);
        var response = context.Response;
        response.StatusCode = refusal.Status;
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        var headers = response.Headers;
        headers["request-id"] = requestId;
        headers["x-should-retry"] = refusal.ShouldRetry ? "true" : "false";
        if (refusal.Limit is { } limit) headers[RequestHeaders.Limit] = limit;
        if (refusal.RetryAfter is { } wait)
        {
            headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }
        if (!HttpMethods.IsHead(context.Request.Method)) await response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }
}
