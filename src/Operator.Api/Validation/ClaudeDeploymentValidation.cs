namespace Operator.Api.Validation;

/// <summary>Tells everything that is wrong or unwise about a ClaudeDeployment. Pure; never throws for any object.</summary>
public static class ClaudeDeploymentValidation
{
    /// <summary>Validates an object.</summary>
    /// <param name="entity">Any object, however broken.</param>
    /// <param name="context">The catalogue and the time; null for neither.</param>
    public static Findings Validate(ClaudeDeployment entity, ValidationContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(entity);
        var found = new FindingCollector();
        if (!ObjectRules.Check(found, entity.Metadata, entity.Spec, entity.Unreadable)) return found.Result;
        Spec(found, entity.Spec, context ?? ValidationContext.Offline);
        return found.Result;
    }

    /// <summary>Validates a change of an object. One that leaves the spec as it was is always allowed: metadata must stay editable.</summary>
    /// <param name="stored">The object as it is.</param>
    /// <param name="entity">The object as it would be.</param>
    /// <param name="context">The catalogue and the time; null for neither.</param>
    public static Findings ValidateUpdate(ClaudeDeployment stored, ClaudeDeployment entity, ValidationContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(stored);
        ArgumentNullException.ThrowIfNull(entity);
        var readable = stored.Unreadable is null && entity.Unreadable is null;
        var same = readable && ObjectRules.SameSpec(stored.Spec, entity.Spec, ApiJsonContext.Default.ClaudeDeploymentSpec);
        return same ? Findings.None : Validate(entity, context);
    }

    private static void Spec(FindingCollector found, ClaudeDeploymentSpec spec, ValidationContext context)
    {
        found.Unknown("spec", spec);
        var model = ModelRules.Check(found, "spec.model", spec.Model, context);
        Prompt(found, "spec.prompt", spec.Prompt);
        if (spec.Parameters is { } parameters) ModelRules.Parameters(found, "spec.parameters", parameters, spec.Model ?? "", model);
        ReferenceRules.Quota(found, "spec.quotaRef", spec.QuotaRef);
        found.Defined("spec.lane", spec.Lane);
        Fallback(found, spec, context);
        CanaryRules.Check(found, spec);
        GateRules.Check(found, spec);
        RollbackRules.Check(found, spec);
        if (spec.WorkloadSelector is { } selector) Selector(found, "spec.workloadSelector", selector);
    }

    private static void Prompt(FindingCollector found, string path, PromptReference? prompt)
    {
        if (prompt is null)
        {
            found.Required(path, "is missing; name a prompt and its version");
            return;
        }
        found.Unknown(path, prompt);
        TextRules.LabelValue(found, path + ".name", prompt.Name);
        TextRules.LabelValue(found, path + ".version", prompt.Version);
        found.Defined(path + ".delivery", prompt.Delivery);
    }

    private static void Fallback(FindingCollector found, ClaudeDeploymentSpec spec, ValidationContext context)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (path, fallback) in found.Items("spec.fallback", spec.Fallback, Limits.Fallbacks))
        {
            found.Unknown(path, fallback);
            ModelRules.Check(found, path + ".model", fallback.Model, context);
            if (string.IsNullOrEmpty(fallback.Model)) continue;
            if (fallback.Model == spec.Model)
            {
                found.Duplicate(path + ".model",
                    "is the declared model itself, which is overloaded when a fallback is asked for; name another one");
            }
            else if (!seen.Add(fallback.Model))
            {
                found.Duplicate(path + ".model",
                    $"{FindingCollector.Quote(fallback.Model)} stands in the list already; every model is tried once");
            }
        }
    }

    private static void Selector(FindingCollector found, string path, WorkloadSelector selector)
    {
        found.Unknown(path, selector);
        if (selector.MatchLabels is not { Count: > 0 } labels)
        {
            found.Required(path + ".matchLabels", "is empty and would choose every pod of the namespace; give at least one label");
            return;
        }
        if (labels.Count > Limits.SelectorLabels)
        {
            found.Error(path + ".matchLabels", FindingReason.FieldValueTooLong,
                $"has {labels.Count} labels; at most {Limits.SelectorLabels} are allowed");
        }
        foreach (var (key, value) in labels.Take(Limits.SelectorLabels))
        {
            TextRules.LabelKey(found, path + ".matchLabels", key);
            if (!string.IsNullOrEmpty(value)) TextRules.LabelValue(found, $"{path}.matchLabels[{FindingCollector.Quote(key)[1..^1]}]", value);
        }
    }
}
