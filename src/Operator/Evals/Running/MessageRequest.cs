using System.Text.Json;

namespace Operator.Evals.Running;

/// <summary>A request to the Messages API.</summary>
internal sealed record MessageRequest
{
    /// <summary>The model; the limiter puts the revision's in its place.</summary>
    public required string Model { get; init; }

    /// <summary>The longest answer in tokens.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>The conversation: a JSON array in UTF-8.</summary>
    public required ReadOnlyMemory<byte> Messages { get; init; }

    /// <summary>The system prompt; null where the limiter puts in the revision's.</summary>
    public string? System { get; init; }

    /// <summary>The revision that is to serve it, or <see cref="Contract.RequestHeaders.NoRevision"/>.</summary>
    public required string Revision { get; init; }

    /// <summary>The body.</summary>
    public byte[] ToBody()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("model", Model);
            writer.WriteNumber("max_tokens", MaxTokens);
            if (System is not null) writer.WriteString("system", System);
            writer.WritePropertyName("messages");
            writer.WriteRawValue(Messages.Span);
            writer.WriteEndObject();
        }
        return stream.ToArray();
    }
}
