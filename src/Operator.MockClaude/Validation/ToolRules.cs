using System.Text.Json;
using System.Text.RegularExpressions;
using Operator.MockClaude.Http;
using Operator.MockClaude.Messages;
using Operator.MockClaude.Models;

namespace Operator.MockClaude.Validation;

/// <summary>tools and tool_choice.</summary>
internal static partial class ToolRules
{
    public static ApiError? Check(MessageFields fields, ModelEntry model)
    {
        HashSet<string>? names = null;
        if (fields.Tools.ValueKind != JsonValueKind.Undefined)
        {
            if (fields.Tools.ValueKind != JsonValueKind.Array) return ApiError.Invalid("tools: Input should be a valid array");
            names = new HashSet<string>(StringComparer.Ordinal);
            var index = 0;
            foreach (var tool in fields.Tools.EnumerateArray())
            {
                if (tool.ValueKind != JsonValueKind.Object) return ApiError.Invalid($"tools.{index}: Input should be a valid dictionary");
                if (tool.TryGetProperty("type"u8, out var kind) && kind.ValueKind is not (JsonValueKind.String or JsonValueKind.Null))
                    return ApiError.Invalid($"tools.{index}.type: Input should be a valid string");
                var custom = !tool.TryGetProperty("type"u8, out var type) || type.ValueKind == JsonValueKind.Null || FieldRules.IsText(type, "custom");
                var name = tool.TryGetProperty("name"u8, out var n) && n.ValueKind == JsonValueKind.String ? n.GetString() : null;
                if (custom && (name is null || !Name().IsMatch(name)))
                    return ApiError.Invalid($"tools.{index}.custom.name: String should match pattern '^[a-zA-Z0-9_-]{{1,128}}$'");
                if (custom && !(tool.TryGetProperty("input_schema"u8, out var schema) && schema.ValueKind == JsonValueKind.Object))
                    return ApiError.Invalid($"tools.{index}.custom.input_schema: Field required");
                if (name is not null && !names.Add(name)) return ApiError.Invalid("tools: Tool names must be unique.");
                index++;
            }
        }
        if (fields.ToolChoice.ValueKind == JsonValueKind.Undefined) return null;
        if (names is not { Count: > 0 }) return ApiError.Invalid("tool_choice: `tool_choice` may only be specified while providing `tools`.");
        var choice = Choice(fields, out var forced);
        switch (choice)
        {
            case "auto" or "none":
                return null;
            case "any" or "tool":
                if (!model.Rules.ForcedToolChoice)
                    return ApiError.Invalid($"tool_choice: type '{choice}' is not supported by {model.Id}; use 'auto' or 'none'");
                if (ThinkingRules.Type(fields) is "enabled" or "adaptive")
                    return ApiError.Invalid("Thinking may not be enabled when tool_choice forces tool use.");
                return choice == "tool" && (forced is null || !names.Contains(forced))
                    ? ApiError.Invalid($"tool_choice: Tool '{forced}' not found in provided tools") : null;
            default:
                return ApiError.Invalid("tool_choice: Input tag does not match any of the expected tags: 'auto', 'any', 'tool', 'none'");
        }
    }

    /// <summary><c>tool_choice.type</c> and the tool that it names; auto without one.</summary>
    public static string Choice(MessageFields fields, out string? forced)
    {
        forced = null;
        if (fields.ToolChoice.ValueKind == JsonValueKind.Undefined) return "auto";
        if (fields.ToolChoice.ValueKind != JsonValueKind.Object || !fields.ToolChoice.TryGetProperty("type"u8, out var type)
            || type.ValueKind != JsonValueKind.String)
            return "";
        if (fields.ToolChoice.TryGetProperty("name"u8, out var name) && name.ValueKind == JsonValueKind.String) forced = name.GetString();
        return type.GetString()!;
    }

    [GeneratedRegex("^[a-zA-Z0-9_-]{1,128}$")]
    private static partial Regex Name();
}
