using System.Text.Json;
using Operator.MockClaude.Http;
using Operator.MockClaude.Messages;
using Operator.MockClaude.Models;

namespace Operator.MockClaude.Validation;

/// <summary>The simple fields: lengths, flags and names.</summary>
internal static class FieldRules
{
    /// <summary>Checks them.</summary>
    /// <param name="fields">The fields.</param>
    /// <param name="model">The model.</param>
    /// <param name="counting">The request only counts tokens: <c>max_tokens</c> is not needed.</param>
    /// <param name="maxTokens"><c>max_tokens</c>; null when it is absent.</param>
    public static ApiError? Check(MessageFields fields, ModelEntry model, bool counting, out int? maxTokens)
    {
        maxTokens = null;
        if (fields.Stream.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.True or JsonValueKind.False))
            return ApiError.Invalid("stream: Input should be a valid boolean");
        if (fields.MaxTokens.ValueKind != JsonValueKind.Undefined)
        {
            if (fields.MaxTokens.ValueKind != JsonValueKind.Number || !fields.MaxTokens.TryGetInt32(out var value))
                return ApiError.Invalid("max_tokens: Input should be a valid integer");
            if (value < 0) return ApiError.Invalid("max_tokens: Input should be greater than or equal to 0");
            if (value > model.MaxOutput)
                return ApiError.Invalid($"max_tokens: {value} > {model.MaxOutput}, which is the maximum allowed number of output tokens for {model.Id}");
            if (value == 0 && fields.Stream.ValueKind == JsonValueKind.True)
                return ApiError.Invalid("max_tokens: 0 is not supported with streaming");
            maxTokens = value;
        }
        else if (!counting) return ApiError.Invalid("max_tokens: Field required");
        if (fields.StopSequences.ValueKind != JsonValueKind.Undefined)
        {
            if (fields.StopSequences.ValueKind != JsonValueKind.Array) return ApiError.Invalid("stop_sequences: Input should be a valid array");
            foreach (var sequence in fields.StopSequences.EnumerateArray())
            {
                if (sequence.ValueKind != JsonValueKind.String || string.IsNullOrWhiteSpace(sequence.GetString()))
                    return ApiError.Invalid("stop_sequences: each stop sequence must contain non-whitespace");
            }
        }
        if (fields.Metadata.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Object))
            return ApiError.Invalid("metadata: Input should be a valid dictionary");
        if (!OneOf(fields.ServiceTier, "auto", "standard_only")) return ApiError.Invalid("service_tier: Input should be 'auto' or 'standard_only'");
        if (!OneOf(fields.Speed, "standard", "fast")) return ApiError.Invalid("speed: Input should be 'standard' or 'fast'");
        if (IsText(fields.Speed, "fast") && model.Rules.Fast == FastRule.Refuses)
            return ApiError.Invalid($"speed: 'fast' is not supported by {model.Id}");
        if (fields.InferenceGeo.ValueKind != JsonValueKind.Undefined)
        {
            if (!model.Rules.InferenceGeo) return ApiError.Invalid($"inference_geo: not supported by {model.Id}");
            if (!OneOf(fields.InferenceGeo, "global", "us")) return ApiError.Invalid("inference_geo: Input should be 'global' or 'us'");
        }
        return null;
    }

    /// <summary>Whether the value is that text.</summary>
    public static bool IsText(JsonElement value, string text) => value.ValueKind == JsonValueKind.String && value.ValueEquals(text);

    private static bool OneOf(JsonElement value, string first, string second) =>
        value.ValueKind == JsonValueKind.Undefined || IsText(value, first) || IsText(value, second);
}
