using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Operator.MockClaude.Http;

/// <summary>Writes errors in the API's shape.</summary>
internal static class ErrorAnswer
{
    /// <summary>Answers with the error.</summary>
    public static Task WriteAsync(HttpContext http, ApiError error, string requestId)
    {
        if (error.RetryAfter is { } seconds) http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return JsonAnswer.WriteAsync(http, error.Status, (error, requestId), static (json, s) => WriteBody(json, s.error, s.requestId));
    }

    /// <summary>Writes the body; inside a stream and a batch result it has no <c>request_id</c>.</summary>
    public static void WriteBody(Utf8JsonWriter json, ApiError error, string? requestId)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "error"u8);
        json.WriteStartObject("error"u8);
        json.WriteString("type"u8, error.Type);
        json.WriteString("message"u8, error.Message);
        if (error.Code is not null)
        {
            json.WriteStartObject("details"u8);
            json.WriteString("error_code"u8, error.Code);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        if (requestId is not null) json.WriteString("request_id"u8, requestId);
        json.WriteEndObject();
    }
}
