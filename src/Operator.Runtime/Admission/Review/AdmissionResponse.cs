using System.Buffers;
using System.Text.Json;

namespace Operator.Runtime.Admission.Review;

/// <summary>The answer to one review.</summary>
/// <param name="Allowed">Whether the request goes on.</param>
internal sealed record AdmissionResponse(bool Allowed)
{
    /// <summary>The HTTP status that the client of the API server sees when refused.</summary>
    public int Code { get; init; } = 200;

    /// <summary>Why it was refused, for people to read.</summary>
    public string? Message { get; init; }

    /// <summary>Each cause of a refusal.</summary>
    public IReadOnlyList<ValidationCause> Causes { get; init; } = [];

    /// <summary>Shown to the user whether allowed or not.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>An RFC 6902 patch of the object; empty for none.</summary>
    public ReadOnlyMemory<byte> Patch { get; init; }

    /// <summary>A refusal.</summary>
    public static AdmissionResponse Refuse(int code, string message) => new(false) { Code = code, Message = message };

    /// <summary>Writes the AdmissionReview that carries this answer.</summary>
    /// <param name="uid">The UID of the request.</param>
    public ReadOnlyMemory<byte> ToReview(string uid)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("apiVersion", AdmissionReviewReader.ApiVersion);
        json.WriteString("kind", "AdmissionReview");
        json.WriteStartObject("response");
        json.WriteString("uid", uid);
        json.WriteBoolean("allowed", Allowed);
        if (!Allowed) WriteStatus(json);
        if (!Patch.IsEmpty)
        {
            json.WriteString("patchType", "JSONPatch");
            json.WriteBase64String("patch", Patch.Span);
        }

        if (Warnings.Count > 0)
        {
            json.WriteStartArray("warnings");
            foreach (var warning in Warnings) json.WriteStringValue(warning);
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private void WriteStatus(Utf8JsonWriter json)
    {
        json.WriteStartObject("status");
        json.WriteString("status", "Failure");
        json.WriteString("message", Message);
        if (Reason(Code) is { } reason) json.WriteString("reason", reason);
        json.WriteNumber("code", Code);
        if (Causes.Count > 0)
        {
            json.WriteStartObject("details");
            json.WriteStartArray("causes");
            foreach (var cause in Causes)
            {
                json.WriteStartObject();
                json.WriteString("reason", cause.Reason);
                json.WriteString("message", cause.Message);
                json.WriteString("field", cause.Field);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static string? Reason(int code) => code switch
    {
        400 => "BadRequest",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "NotFound",
        409 => "Conflict",
        410 => "Gone",
        413 => "RequestEntityTooLarge",
        422 => "Invalid",
        429 => "TooManyRequests",
        500 => "InternalError",
        503 => "ServiceUnavailable",
        504 => "Timeout",
        _ => null,
    };
}
