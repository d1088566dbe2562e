using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Serialization;

namespace Operator.Kubernetes;

/// <summary>Turns an answer that is no success into a <see cref="KubernetesException"/>, whoever wrote its body.</summary>
internal static partial class ErrorReader
{
    private const int MaxBody = 1024 * 1024;
    private const int MaxText = 300;

    /// <summary>Reads the body of an error answer, up to a bound.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="request">The method and path, for answers that do not say what they are about.</param>
    /// <param name="credentials">Where the credentials came from; part of the message of a 401.</param>
    /// <param name="now">The time against which a Retry-After date is read.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<KubernetesException> ReadAsync(
        HttpResponseMessage response, string request, string credentials, DateTimeOffset now, CancellationToken cancellationToken)
    {
        byte[] body;
        Exception? broken = null;
        try
        {
            body = await BodyAsync(response, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            // The status alone says enough; the reason for the missing body goes along.
            (body, broken) = ([], error);
        }
        var code = response.StatusCode;
        var status = Parse(body) ?? Make(response, request, body);
        var message = code == HttpStatusCode.Unauthorized
            ? $"The server refused the credentials (401 {status.Message ?? "Unauthorized"}). They are {credentials}."
            : null;
        return new KubernetesException(code, status, RetryAfter(response, now), message, broken);
    }

    private static async Task<byte[]> BodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var stream = await ResponseBody.OpenAsync(response, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using var buffer = new ReadBuffer(stream, MaxBody);
            while (buffer.Length < MaxBody && await buffer.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                // Each round reads what is there.
            }
            return buffer.Span.ToArray();
        }
    }

    private static V1Status? Parse(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty || body[0] != (byte)'{') return null;
        try
        {
            var status = JsonSerializer.Deserialize(body, KubernetesJson.BuiltIn.TypeInfo<V1Status>());
            return status is { Kind: "Status", ApiVersion: "v1" } ? status : null;
        }
        catch (JsonException)
        {
            // Not a Status: the caller makes one from the text.
            return null;
        }
    }

    private static V1Status Make(HttpResponseMessage response, string request, byte[] body)
    {
        var text = Clean(Encoding.UTF8.GetString(body));
        var code = (int)response.StatusCode;
        var type = response.Content.Headers.ContentType?.MediaType;
        var said = text.Length == 0 ? "no text" : type is null or "text/plain" ? $"'{text}'" : $"{type}: '{text}'";
        var hint = response.StatusCode == HttpStatusCode.NotFound ? "; is the resource installed in this version?" : "";
        return new V1Status
        {
            Status = "Failure",
            Code = code,
            Reason = Reason(response.StatusCode),
            Message = $"{request}: the server answered {code} {response.ReasonPhrase ?? response.StatusCode.ToString()} with {said}{hint}",
        };
    }

    /// <summary>One short line without tags and control characters.</summary>
    internal static string Clean(string text)
    {
        if (text.Length > 16 * MaxText) text = text[..(16 * MaxText)];
        if (text.Contains('<', StringComparison.Ordinal)) text = Tag().Replace(Invisible().Replace(text, " "), " ");
        text = Blank().Replace(text, " ").Trim();
        return text.Length <= MaxText ? text : text[..MaxText] + "…";
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response, DateTimeOffset now) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date > now ? date - now : TimeSpan.Zero,
        _ => null,
    };

    private static string? Reason(HttpStatusCode code) => code switch
    {
        HttpStatusCode.BadRequest => "BadRequest",
        HttpStatusCode.Unauthorized => "Unauthorized",
        HttpStatusCode.Forbidden => "Forbidden",
        HttpStatusCode.NotFound => "NotFound",
        HttpStatusCode.MethodNotAllowed => "MethodNotAllowed",
        HttpStatusCode.NotAcceptable => "NotAcceptable",
        HttpStatusCode.Conflict => "Conflict",
        HttpStatusCode.Gone => "Gone",
        HttpStatusCode.RequestEntityTooLarge => "RequestEntityTooLarge",
        HttpStatusCode.UnsupportedMediaType => "UnsupportedMediaType",
        HttpStatusCode.UnprocessableEntity => "Invalid",
        HttpStatusCode.TooManyRequests => "TooManyRequests",
        HttpStatusCode.InternalServerError => "InternalError",
        HttpStatusCode.ServiceUnavailable => "ServiceUnavailable",
        HttpStatusCode.GatewayTimeout => "Timeout",
        _ => null,
    };

    [GeneratedRegex("<(script|style)[^>]*>.*?</\\1>", RegexOptions.IgnoreCase | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Invisible();

    [GeneratedRegex("<[^>]*>", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Tag();

    [GeneratedRegex("[\\s\\p{Cc}\\p{Cf}]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Blank();
}
