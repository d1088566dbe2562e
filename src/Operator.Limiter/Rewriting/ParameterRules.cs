using Operator.Contract;

namespace Operator.Limiter.Rewriting;

/// <summary>What a fallback's model would refuse and must therefore not be sent.</summary>
internal static class ParameterRules
{
    /// <summary>The members that must go.</summary>
    public static KnownField Removed(MessageScan scan, ModelConfiguration model)
    {
        var removed = KnownField.Other;
        if (model.RefusesSampling) removed |= KnownField.Temperature | KnownField.TopP | KnownField.TopK;
        if (model.RefusesForcedToolChoice && scan.ToolChoiceType is "any" or "tool") removed |= KnownField.ToolChoice;
        if (model.RefusesInferenceGeo) removed |= KnownField.InferenceGeo;
        if (!model.ServesFast && scan.Speed == "fast") removed |= KnownField.Speed;
        return removed;
    }

    /// <summary>The type of thinking that the model takes in place of the wanted one; null for none.</summary>
    public static string? Thinking(string? wanted, ModelConfiguration model) => wanted switch
    {
        "enabled" when model.RefusesThinkingBudget => "adaptive",
        // Models from before levels of effort do not think adaptively.
        "adaptive" when model.Efforts.Count == 0 => null,
        "disabled" when model.RefusesThinkingDisabled => null,
        _ => wanted,
    };

    /// <summary>Whether the request can be answered by the model at all, with its members removed.</summary>
    public static bool Fits(MessageScan scan, ModelConfiguration model) =>
        !(model.RefusesPrefill && scan.EndsWithAssistant)
        // A forced tool is a promise to the caller's code: a model that cannot keep it does not help.
        && !(model.RefusesForcedToolChoice && scan.ToolChoiceType is "any" or "tool");
}
