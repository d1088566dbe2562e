namespace Operator.Api.Validation;

/// <summary>Limits a minute, and where they come from when none are given.</summary>
internal static class LimitRules
{
    public static void Check(FindingCollector found, ClaudeQuotaSpec spec, ValidationContext context)
    {
        if (spec.Tier is { } tier) found.Defined("spec.tier", tier);
        var where = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (path, limits) in found.Items("spec.limits", spec.Limits, Limits.ModelLimits)) Item(found, path, limits, where, context);
        if (spec.ParentRef is not null || spec.Source == LimitSource.RateLimitsApi || spec.Limits is { Count: > 0 }) return;
        if (spec.Tier is null)
        {
            found.Required("spec.limits",
                "are missing, and neither a tier nor a parent gives them; set spec.tier, spec.limits or spec.parentRef");
        }
        else if (spec.Tier is Tier.Evaluation or Tier.Custom)
        {
            found.Required("spec.limits",
                $"are missing, and those of tier {spec.Tier} are not published; declare those of your contract or console");
        }
    }

    private static void Item(FindingCollector found, string path, ModelLimits limits, Dictionary<string, string> where, ValidationContext context)
    {
        found.Unknown(path, limits);
        if (limits.Models is not { Count: > 0 }) found.Required(path + ".models", "is empty; name the models that share the limits");
        foreach (var (modelPath, model) in found.Items(path + ".models", limits.Models, Limits.ModelsInALimit))
        {
            // A limit may outlive its model; only the form matters here.
            if (TextRules.ModelId(found, modelPath, model) && context.Models is { } models && models.Find(model) is null)
            {
                found.Warn(modelPath,
                    $"{FindingCollector.Quote(model)} is not in the model catalogue; check the id, or add the model to the catalogue's ConfigMap");
            }
            if (!where.TryAdd(model, path)) found.Duplicate(modelPath,
                $"{FindingCollector.Quote(model)} has limits in {where[model]} already; keep one of them");
        }
        if (limits is { RequestsPerMinute: null, InputTokensPerMinute: null, OutputTokensPerMinute: null })
        {
            found.Required(path, "limits nothing; give requestsPerMinute, inputTokensPerMinute or outputTokensPerMinute");
        }
        ValueRules.Count(found, path + ".requestsPerMinute", limits.RequestsPerMinute, 1, Limits.PerMinute);
        ValueRules.Count(found, path + ".inputTokensPerMinute", limits.InputTokensPerMinute, 1, Limits.PerMinute);
        ValueRules.Count(found, path + ".outputTokensPerMinute", limits.OutputTokensPerMinute, 1, Limits.PerMinute);
    }
}
