using System.Text.Json;
using Operator.MockClaude.Http;
using Operator.MockClaude.Messages;
using Operator.MockClaude.Models;

namespace Operator.MockClaude.Validation;

/// <summary>temperature, top_p and top_k.</summary>
internal static class SamplingRules
{
    public static ApiError? Check(MessageFields fields, ModelEntry model, ApiVersion version)
    {
        if (fields.SamplingPresent is null) return null;
        if (version == ApiVersion.October2026)
            return ApiError.Invalid($"{fields.SamplingPresent}: Extra inputs are not permitted");
        double? temperature = null, topP = null;
        if (fields.Temperature.ValueKind != JsonValueKind.Undefined)
        {
            if (!Number(fields.Temperature, out var value) || value is < 0 or > 1)
                return ApiError.Invalid("temperature: Input should be a number between 0 and 1");
            temperature = value;
        }
        if (fields.TopP.ValueKind != JsonValueKind.Undefined)
        {
            if (!Number(fields.TopP, out var value) || value is < 0 or > 1)
                return ApiError.Invalid("top_p: Input should be a number between 0 and 1");
            topP = value;
        }
        if (fields.TopK.ValueKind != JsonValueKind.Undefined && !(Number(fields.TopK, out var topK) && topK >= 0 && topK % 1 == 0))
            return ApiError.Invalid("top_k: Input should be an integer greater than or equal to 0");
        switch (model.Rules.Sampling)
        {
            case SamplingRule.DefaultsOnly when temperature is not (null or 1):
                return ApiError.Invalid($"temperature: only the default is supported by {model.Id}; omit the parameter");
            case SamplingRule.DefaultsOnly when topP is not (null or 1):
                return ApiError.Invalid($"top_p: only the default is supported by {model.Id}; omit the parameter");
            case SamplingRule.DefaultsOnly when fields.TopK.ValueKind != JsonValueKind.Undefined:
                return ApiError.Invalid($"top_k: not supported by {model.Id}; omit the parameter");
            case SamplingRule.OneOf when temperature is not null && topP is not null:
                return ApiError.Invalid($"`temperature` and `top_p` cannot both be specified for {model.Id}. Please use only one.");
        }
        if (temperature is not (null or 1) && ThinkingRules.Type(fields) is "enabled" or "adaptive")
            return ApiError.Invalid("`temperature` may only be set to 1 when thinking is enabled.");
        return null;
    }

    private static bool Number(JsonElement value, out double number)
    {
        number = 0;
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out number);
    }
}
