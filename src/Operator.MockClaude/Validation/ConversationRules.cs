using System.Text.Json;
using Operator.MockClaude.Http;
using Operator.MockClaude.Messages;
using Operator.MockClaude.Models;

namespace Operator.MockClaude.Validation;

/// <summary>The order of messages: who begins, who ends, and that every use of a tool has its result right after it.</summary>
internal static class ConversationRules
{
    private const int MostMessages = 100_000;

    public static ApiError? Check(MessageFields fields, ModelEntry model, ApiVersion version)
    {
        if (fields.Messages.ValueKind == JsonValueKind.Undefined) return ApiError.Invalid("messages: Field required");
        if (fields.Messages.ValueKind != JsonValueKind.Array) return ApiError.Invalid("messages: Input should be a valid array");
        var count = fields.Messages.GetArrayLength();
        if (count == 0) return ApiError.Invalid("messages: at least one message is required");
        if (count > MostMessages) return ApiError.Invalid($"messages: at most {MostMessages} messages are permitted");
        var index = 0;
        string last = "";
        List<string>? open = null;
        foreach (var message in fields.Messages.EnumerateArray())
        {
            if (message.ValueKind != JsonValueKind.Object) return ApiError.Invalid($"messages.{index}: Input should be a valid dictionary");
            var role = message.TryGetProperty("role"u8, out var r) && r.ValueKind == JsonValueKind.String ? r.GetString()! : "";
            if (role is not ("user" or "assistant" or "system")) return ApiError.Invalid($"messages.{index}.role: Input should be 'user' or 'assistant'");
            // Only models since 5 take instructions in the middle of a conversation.
            if (role == "system" && (index == 0 || model.Rules.Efforts < 5))
                return ApiError.Invalid($"messages.{index}.role: Input should be 'user' or 'assistant'");
            if (index == 0 && role != "user") return ApiError.Invalid("messages: first message must use the \"user\" role");
            if (!message.TryGetProperty("content"u8, out var content)) return ApiError.Invalid($"messages.{index}.content: Field required");
            if (ContentRules.Check(content, role, $"messages.{index}.content", version) is { } error) return error;
            var final = index == count - 1;
            if (!(final && role == "assistant") && IsEmpty(content))
                return ApiError.Invalid($"messages.{index}: all messages must have non-empty content except for the optional final assistant message");
            if (Tools(content, role, index, ref open) is { } wrong) return wrong;
            last = role;
            index++;
        }
        if (last != "assistant") return null;
        if (!model.Rules.Prefill)
            return ApiError.Invalid("This model does not support assistant message prefill. The conversation must end with a user message.");
        return EndsInSpace(fields.Messages[count - 1].GetProperty("content"u8))
            ? ApiError.Invalid("messages: final assistant content cannot end with trailing whitespace") : null;
    }

    // Results must answer the uses of the message before them, all of them and no others.
    private static ApiError? Tools(JsonElement content, string role, int index, ref List<string>? open)
    {
        List<string>? uses = null;
        if (content.ValueKind == JsonValueKind.Array)
        {
            foreach (var block in content.EnumerateArray())
            {
                if (role == "assistant" && block.GetProperty("type"u8).ValueEquals("tool_use"u8))
                    (uses ??= []).Add(block.GetProperty("id"u8).GetString()!);
                else if (role == "user" && block.GetProperty("type"u8).ValueEquals("tool_result"u8))
                {
                    var id = block.GetProperty("tool_use_id"u8).GetString()!;
                    if (open is null || !open.Remove(id))
                        return ApiError.Invalid($"messages.{index}: unexpected `tool_use_id` found in `tool_result` blocks: {id}. Each `tool_result` block must have a corresponding `tool_use` block in the previous message.");
                }
            }
        }
        if (open is { Count: > 0 })
            return ApiError.Invalid($"messages.{index - 1}: `tool_use` ids were found without `tool_result` blocks immediately after: {string.Join(", ", open)}. Each `tool_use` block must have a corresponding `tool_result` block in the next message.");
        open = uses;
        return null;
    }

    private static bool IsEmpty(JsonElement content) =>
        content.ValueKind == JsonValueKind.String ? content.ValueEquals(""u8) : content.GetArrayLength() == 0;

    private static bool EndsInSpace(JsonElement content)
    {
        var text = content.ValueKind == JsonValueKind.String ? content
            : content.GetArrayLength() > 0 && content[content.GetArrayLength() - 1].TryGetProperty("text"u8, out var t) ? t : default;
        return text.ValueKind == JsonValueKind.String && text.GetString() is { Length: > 0 } s && char.IsWhiteSpace(s[^1]);
    }
}
