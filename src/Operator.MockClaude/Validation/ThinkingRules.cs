using System.Text.Json;
using Operator.MockClaude.Http;
using Operator.MockClaude.Messages;
using Operator.MockClaude.Models;

namespace Operator.MockClaude.Validation;

/// <summary>thinking and effort.</summary>
internal static class ThinkingRules
{
    private const int LeastBudget = 1024;

    /// <summary><c>thinking.type</c>; null without one.</summary>
    public static string? Type(MessageFields fields) => Text(fields.Thinking, "type"u8);

    /// <summary>Whether the model thinks: on request, or always where it cannot be told not to.</summary>
    public static bool Thinks(MessageFields fields, ModelEntry model) => Type(fields) switch
    {
        null => model.Rules.ThinkingDisabled == ThinkingDisabledRule.Never,
        "disabled" => false,
        _ => true,
    };

    public static ApiError? Check(MessageFields fields, ModelEntry model, int? maxTokens)
    {
        var effort = Text(fields.OutputConfig, "effort"u8);
        if (fields.OutputConfig.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Object))
            return ApiError.Invalid("output_config: Input should be an object");
        if (effort is not null && Effort(effort, model) is { } wrong) return wrong;
        if (fields.Thinking.ValueKind == JsonValueKind.Undefined) return null;
        switch (Type(fields))
        {
            case "enabled" when !model.Rules.ThinkingBudget:
                return ApiError.Invalid($"\"thinking.type.enabled\" is not supported for {model.Id}. Use \"thinking.type.adaptive\" and \"output_config.effort\".");
            case "enabled":
                if (!fields.Thinking.TryGetProperty("budget_tokens"u8, out var budget) || !budget.TryGetInt32(out var tokens))
                    return ApiError.Invalid("thinking.enabled.budget_tokens: Field required");
                if (tokens < LeastBudget)
                    return ApiError.Invalid("thinking.enabled.budget_tokens: Input should be greater than or equal to 1024");
                return maxTokens <= tokens ? ApiError.Invalid("`max_tokens` must be greater than `thinking.budget_tokens`.") : null;
            case "adaptive":
                return model.Rules.Efforts >= 4 ? null : ApiError.Invalid($"adaptive thinking is not supported on {model.Id}");
            case "between_tools":
                return model.Rules.ThinkingBetweenTools
                    ? null : ApiError.Invalid($"\"thinking.type.between_tools\" is not supported for {model.Id}.");
            case "disabled":
                return model.Rules.ThinkingDisabled switch
                {
                    ThinkingDisabledRule.Never => ApiError.Invalid($"\"thinking.type.disabled\" is not supported for {model.Id}."),
                    ThinkingDisabledRule.UpToHighEffort when effort is "xhigh" or "max" => ApiError.Invalid(
                        $"\"thinking.type.disabled\" is not supported for {model.Id} at effort {effort}."),
                    _ => null,
                };
            default:
                return ApiError.Invalid(
                    "thinking.type: Input tag does not match any of the expected tags: 'adaptive', 'between_tools', 'disabled', 'enabled'");
        }
    }

    private static ApiError? Effort(string effort, ModelEntry model)
    {
        var least = effort switch { "low" or "medium" or "high" => 3, "max" => 4, "xhigh" => 5, _ => int.MaxValue };
        if (least == int.MaxValue)
            return ApiError.Invalid("output_config.effort: Input should be 'low', 'medium', 'high', 'xhigh' or 'max'");
        return model.Rules.Efforts >= least ? null : ApiError.Invalid(
            model.Rules.Efforts == 0 ? $"This model does not support the effort parameter: {model.Id}"
                : $"output_config.effort: '{effort}' is not supported by {model.Id}");
    }

    private static string? Text(JsonElement owner, ReadOnlySpan<byte> name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() : null;
}
