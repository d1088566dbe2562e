using System.Globalization;
using System.Text.Json;

namespace Operator.MockClaude.Batches;

/// <summary>Writes batches.</summary>
internal static class BatchWriter
{
    /// <summary>A batch.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="root">Where the server is reached, without a slash at the end.</param>
    public static void Write(Utf8JsonWriter json, MessageBatch batch, string root)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, batch.Id);
        json.WriteString("type"u8, "message_batch"u8);
        json.WriteString("processing_status"u8, batch.Status);
        json.WriteStartObject("request_counts"u8);
        json.WriteNumber("processing"u8, batch.Count(null));
        json.WriteNumber("succeeded"u8, batch.Count("succeeded"));
        json.WriteNumber("errored"u8, batch.Count("errored"));
        json.WriteNumber("canceled"u8, batch.Count("canceled"));
        json.WriteNumber("expired"u8, batch.Count("expired"));
        json.WriteEndObject();
        Time(json, "created_at", batch.Created);
        Time(json, "expires_at", batch.Expires);
        Time(json, "ended_at", batch.Ended);
        Time(json, "cancel_initiated_at", batch.CancelInitiated);
        Time(json, "archived_at", batch.Archived);
        if (batch.Ended is not null && batch.Archived is null) json.WriteString("results_url"u8, $"{root}/v1/messages/batches/{batch.Id}/results");
        else json.WriteNull("results_url"u8);
        json.WriteEndObject();
    }

    private static void Time(Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time is { } value) json.WriteString(name, value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
        else json.WriteNull(name);
    }
}
