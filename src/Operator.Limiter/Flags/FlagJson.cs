using System.Buffers;
using System.Text.Json;
using Operator.Limiter.Configuration;

namespace Operator.Limiter.Flags;

/// <summary>Writes evaluations as the OpenFeature Remote Evaluation Protocol has them.</summary>
internal static class FlagJson
{
    /// <summary>One evaluation.</summary>
    public static ReadOnlyMemory<byte> Single(string key, ServedDeployment? deployment, Func<ServedRevision, string>? value, FlagAnswer answer)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer)) Write(json, key, deployment, value, answer);
        return buffer.WrittenMemory;
    }

    /// <summary>All flags. A flag without a value tells why in its place.</summary>
    public static ReadOnlyMemory<byte> Bulk(LimiterSnapshot snapshot, Func<ServedDeployment, FlagAnswer> evaluate)
    {
        var answers = snapshot.Deployments.ToDictionary(d => d.Key, evaluate, StringComparer.Ordinal);
        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("flags"u8);
            foreach (var (key, deployment, value) in DeploymentFlags.Of(snapshot)) Write(json, key, deployment, value, answers[deployment.Key]);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return buffer.WrittenMemory;
    }

    /// <summary>A failure of the whole request.</summary>
    public static ReadOnlyMemory<byte> Failure(FlagError error)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            Write(json, error);
            json.WriteEndObject();
        }
        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter json, string key, ServedDeployment? deployment, Func<ServedRevision, string>? value, FlagAnswer answer)
    {
        json.WriteStartObject();
        json.WriteString("key"u8, key);
        if (answer.Revision is { } revision && value is not null)
        {
            json.WriteString("value"u8, value(revision));
            json.WriteString("reason"u8, answer.Reason);
            json.WriteString("variant"u8, answer.Variant);
            json.WriteStartObject("metadata"u8);
            json.WriteString("deployment"u8, deployment?.Configuration.Name);
            json.WriteString("revision"u8, revision.Id);
            json.WriteString("promptName"u8, revision.Configuration.PromptName);
            json.WriteEndObject();
        }
        else if (answer.Error is { } error)
        {
            Write(json, error);
        }
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, FlagError error)
    {
        json.WriteString("errorCode"u8, error.Code);
        json.WriteString("errorDetails"u8, error.Details);
    }
}
