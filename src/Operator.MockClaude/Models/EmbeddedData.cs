using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Operator.MockClaude.Limits;

namespace Operator.MockClaude.Models;

/// <summary>Reads the tables that are embedded in this assembly.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ModelEntry[]))]
[JsonSerializable(typeof(GroupEntry[]))]
internal sealed partial class EmbeddedData : JsonSerializerContext
{
    /// <summary>The table of that name.</summary>
    /// <exception cref="InvalidOperationException">The assembly was built without it.</exception>
    public static T[] Read<T>(string name, JsonTypeInfo<T[]> type)
    {
        using var stream = typeof(EmbeddedData).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The embedded table {name} is missing from the assembly.");
        return JsonSerializer.Deserialize(stream, type)!;
    }
}
