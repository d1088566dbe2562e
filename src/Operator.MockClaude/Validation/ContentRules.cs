using System.Text.Json;
using Operator.MockClaude.Http;

namespace Operator.MockClaude.Validation;

/// <summary>The shape of content: a string or blocks, each with a known type and the fields of that type.</summary>
internal static class ContentRules
{
    /// <summary>Checks a message's content.</summary>
    public static ApiError? Check(JsonElement content, string role, string where, ApiVersion version)
    {
        if (content.ValueKind == JsonValueKind.String) return null;
        if (content.ValueKind != JsonValueKind.Array) return ApiError.Invalid($"{where}: Input should be a valid string or array");
        var index = 0;
        foreach (var block in content.EnumerateArray())
        {
            if (Block(block, role, $"{where}.{index}", version) is { } error) return error;
            index++;
        }
        return null;
    }

    /// <summary>Checks a system prompt.</summary>
    public static ApiError? CheckSystem(JsonElement system)
    {
        if (system.ValueKind is JsonValueKind.Undefined or JsonValueKind.String) return null;
        if (system.ValueKind != JsonValueKind.Array) return ApiError.Invalid("system: Input should be a valid string or array");
        var index = 0;
        foreach (var block in system.EnumerateArray())
        {
            if (Kind(block) != "text" || !IsText(block, "text"u8))
                return ApiError.Invalid($"system.{index}: Input should be a text block");
            index++;
        }
        return null;
    }

    private static ApiError? Block(JsonElement block, string role, string where, ApiVersion version)
    {
        var kind = Kind(block);
        var assistant = role == "assistant";
        switch (kind)
        {
            case "text":
                if (!IsText(block, "text"u8)) return ApiError.Invalid($"{where}.text.text: Field required");
                if (block.GetProperty("text"u8).ValueEquals(""u8)) return ApiError.Invalid("messages: text content blocks must be non-empty");
                return version == ApiVersion.October2026 && !assistant && block.TryGetProperty("citations"u8, out var citations)
                    && citations.ValueKind == JsonValueKind.Array && citations.GetArrayLength() > 0
                    ? ApiError.Invalid($"{where}.text.citations: citations are not permitted in user messages") : null;
            case "document" when assistant && version == ApiVersion.October2026:
                return ApiError.Invalid($"{where}: `document` blocks are not permitted in assistant messages");
            case "image" or "document":
                return block.TryGetProperty("source"u8, out var source) && source.ValueKind == JsonValueKind.Object
                    && Kind(source) is not null ? null : ApiError.Invalid($"{where}.{kind}.source: Field required");
            case "thinking":
                if (!assistant) return ApiError.Invalid($"{where}: `thinking` blocks may only be in assistant messages");
                return IsText(block, "thinking"u8) && IsText(block, "signature"u8)
                    ? null : ApiError.Invalid($"{where}.thinking.signature: Field required");
            case "tool_use":
                if (!assistant) return ApiError.Invalid($"{where}: `tool_use` blocks can only be in `assistant` messages");
                return IsText(block, "id"u8) && IsText(block, "name"u8) && block.TryGetProperty("input"u8, out var input)
                    && input.ValueKind == JsonValueKind.Object
                    ? null : ApiError.Invalid($"{where}.tool_use: id, name and input are required");
            case "tool_result":
                if (assistant) return ApiError.Invalid($"{where}: `tool_result` blocks can only be in `user` messages");
                if (!IsText(block, "tool_use_id"u8)) return ApiError.Invalid($"{where}.tool_result.tool_use_id: Field required");
                return block.TryGetProperty("content"u8, out var inner) && inner.ValueKind != JsonValueKind.Null
                    ? Check(inner, role, $"{where}.tool_result.content", version) : null;
            case null:
                return ApiError.Invalid($"{where}.type: Field required");
            default:
                // Other blocks are an open list.
                return null;
        }
    }

    private static string? Kind(JsonElement block) =>
        block.ValueKind == JsonValueKind.Object && block.TryGetProperty("type"u8, out var type) && type.ValueKind == JsonValueKind.String
            ? type.GetString() : null;

    private static bool IsText(JsonElement block, ReadOnlySpan<byte> name) =>
        block.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String;
}
