using System.Globalization;
using System.Text.Json;

namespace Operator.MockClaude.Models;

/// <summary>Writes a model as the Models API does.</summary>
internal static class ModelWriter
{
    /// <summary>One model.</summary>
    public static void Write(Utf8JsonWriter json, ModelEntry model)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "model"u8);
        json.WriteString("id"u8, model.Id);
        json.WriteString("display_name"u8, model.DisplayName);
        json.WriteString("created_at"u8, Day(model.Created));
        json.WriteNumber("max_input_tokens"u8, model.MaxInput);
        json.WriteNumber("max_tokens"u8, model.MaxOutput);
        json.WritePropertyName("capabilities"u8);
        Capabilities(json, model);
        json.WriteString("lifecycle"u8, model.Lifecycle switch
        {
            ModelLifecycle.Active => "active",
            ModelLifecycle.Deprecated => "deprecated",
            _ => "retired",
        });
        Date(json, "deprecated_at", model.Deprecated);
        Date(json, "retires_at", model.Retires);
        json.WriteString("line"u8, model.Line);
        json.WriteEndObject();
    }

    private static void Capabilities(Utf8JsonWriter json, ModelEntry model)
    {
        var efforts = model.Rules.Efforts;
        json.WriteStartObject();
        foreach (var always in (ReadOnlySpan<string>)["batch", "citations", "code_execution", "image_input", "pdf_input", "structured_outputs"])
        {
            json.WritePropertyName(always);
            Supported(json, true);
        }
        json.WriteStartObject("context_management"u8);
        foreach (var edit in (ReadOnlySpan<string>)["clear_thinking_20251015", "clear_tool_uses_20250919", "compact_20260112"])
        {
            json.WritePropertyName(edit);
            Supported(json, true);
        }
        json.WriteBoolean("supported"u8, true);
        json.WriteEndObject();
        json.WriteStartObject("effort"u8);
        foreach (var (level, least) in (ReadOnlySpan<(string, int)>)[("low", 3), ("medium", 3), ("high", 3), ("max", 4), ("xhigh", 5)])
        {
            json.WritePropertyName(level);
            Supported(json, efforts >= least);
        }
        json.WriteBoolean("supported"u8, efforts > 0);
        json.WriteEndObject();
        json.WriteStartObject("thinking"u8);
        json.WriteBoolean("supported"u8, true);
        json.WriteStartObject("types"u8);
        json.WritePropertyName("adaptive"u8);
        Supported(json, efforts >= 4);
        json.WritePropertyName("enabled"u8);
        Supported(json, model.Rules.ThinkingBudget);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Supported(Utf8JsonWriter json, bool value)
    {
        json.WriteStartObject();
        json.WriteBoolean("supported"u8, value);
        json.WriteEndObject();
    }

    private static void Date(Utf8JsonWriter json, string name, DateOnly? day)
    {
        if (day is { } value) json.WriteString(name, Day(value));
        else json.WriteNull(name);
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + "T00:00:00Z";
}
