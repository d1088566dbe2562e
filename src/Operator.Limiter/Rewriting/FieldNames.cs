using System.Text.Json;

namespace Operator.Limiter.Rewriting;

/// <summary>The names of the members that the limiter knows.</summary>
internal static class FieldNames
{
    private static readonly (KnownField Field, string Name, byte[] Utf8)[] Known =
    [
        Entry(KnownField.Model, "model"),
        Entry(KnownField.MaxTokens, "max_tokens"),
        Entry(KnownField.Messages, "messages"),
        Entry(KnownField.System, "system"),
        Entry(KnownField.Stream, "stream"),
        Entry(KnownField.Tools, "tools"),
        Entry(KnownField.Thinking, "thinking"),
        Entry(KnownField.OutputConfig, "output_config"),
        Entry(KnownField.Metadata, "metadata"),
        Entry(KnownField.ToolChoice, "tool_choice"),
        Entry(KnownField.CacheControl, "cache_control"),
        Entry(KnownField.Temperature, "temperature"),
        Entry(KnownField.TopP, "top_p"),
        Entry(KnownField.TopK, "top_k"),
        Entry(KnownField.InferenceGeo, "inference_geo"),
        Entry(KnownField.Speed, "speed"),
    ];

    /// <summary>The field at whose name the reader stands.</summary>
    public static KnownField Of(ref Utf8JsonReader reader)
    {
        foreach (var (field, _, utf8) in Known)
        {
            if (reader.ValueTextEquals(utf8)) return field;
        }
        return KnownField.Other;
    }

    /// <summary>A known field's name.</summary>
    public static string Name(KnownField field) => Array.Find(Known, k => k.Field == field).Name;

    private static (KnownField, string, byte[]) Entry(KnownField field, string name) => (field, name, System.Text.Encoding.UTF8.GetBytes(name));
}
