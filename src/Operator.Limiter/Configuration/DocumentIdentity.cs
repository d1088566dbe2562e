using System.Text.Json;

namespace Operator.Limiter.Configuration;

/// <summary>Which deployment a document is of, as far as one that cannot be read tells: so that its refusal is told of the right one.</summary>
/// <param name="Deployment">The deployment, as <c>namespace/name</c>; null when the document does not tell.</param>
/// <param name="Generation">Its generation; null when the document does not tell.</param>
internal readonly record struct DocumentIdentity(string? Deployment, long? Generation)
{
    /// <summary>Looks for the fields that tell it, up to where the document ends or breaks.</summary>
    public static DocumentIdentity Of(ReadOnlySpan<byte> document)
    {
        string? space = null, name = null;
        long? generation = null;
        try
        {
            var reader = new Utf8JsonReader(document);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return default;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var field = reader.GetString();
                if (!reader.Read()) break;
                if (reader.TokenType == JsonTokenType.String && field == "namespace") space = reader.GetString();
                if (reader.TokenType == JsonTokenType.String && field == "name") name = reader.GetString();
                if (reader.TokenType == JsonTokenType.Number && field == "generation" && reader.TryGetInt64(out var number)) generation = number;
                reader.Skip();
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // It ends here, or a text is none: what it said before counts.
        }
        return new(space is { Length: > 0 } && name is { Length: > 0 } ? $"{space}/{name}" : null, generation);
    }
}
