using Operator.Contract;

namespace Operator.Limiter.Configuration;

/// <summary>What must hold in a configuration before a limiter serves by it.</summary>
internal static class ConfigurationRules
{
    /// <summary>Checks a configuration.</summary>
    /// <returns>Every error with its path; empty for a good one.</returns>
    public static IReadOnlyList<ConfigurationError> Check(DeploymentConfiguration configuration)
    {
        var errors = new List<ConfigurationError>();
        NullRules.Check(errors, configuration);
        if (errors.Count > 0) return errors;
        if (configuration.ApiVersion != DeploymentConfiguration.CurrentApiVersion)
        {
            errors.Add(new("apiVersion", $"is not {DeploymentConfiguration.CurrentApiVersion}, the only form that this limiter reads"));
        }
        NotEmpty(errors, "namespace", configuration.Namespace);
        NotEmpty(errors, "name", configuration.Name);
        if (configuration.Generation < 1) errors.Add(new("generation", "must be 1 or more"));
        Defined(errors, "lane", configuration.Lane);
        Defined(errors, "stickyBy", configuration.StickyBy);
        if (configuration.CanaryWeight is < 0 or > 10_000)
        {
            errors.Add(new("canaryWeight", "must lie between 0 and 10000, in hundredths of a percent"));
        }
        if (configuration.CanaryWeight > 0 && configuration.Canary is null)
        {
            errors.Add(new("canaryWeight", "must be 0 without a canary"));
        }
        Models(errors, configuration);
        QuotaRules.Check(errors, configuration.Quota);
        Revisions(errors, configuration);
        return errors;
    }

    internal static void NotEmpty(List<ConfigurationError> errors, string path, string? value)
    {
        if (string.IsNullOrWhiteSpace(value)) errors.Add(new(path, "must not be empty"));
    }

    internal static void Defined<T>(List<ConfigurationError> errors, string path, T value)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value)) errors.Add(new(path, $"must be one of {string.Join(", ", Enum.GetNames<T>())}"));
    }

    private static void Models(List<ConfigurationError> errors, DeploymentConfiguration configuration)
    {
        var groups = configuration.Quota.Groups.Select(g => g.Group).ToHashSet(StringComparer.Ordinal);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < configuration.Models.Count; i++)
        {
            var model = configuration.Models[i];
            var path = $"models[{i}]";
            NotEmpty(errors, $"{path}.id", model.Id);
            foreach (var id in model.Aliases.Prepend(model.Id))
            {
                if (!ids.Add(id)) errors.Add(new(path, $"the id {id} is declared twice"));
            }
            if (!groups.Contains(model.Group)) errors.Add(new($"{path}.group", $"{model.Group} is not one of quota.groups"));
            Prices(errors, path, model.Prices);
        }
        for (var i = 0; i < configuration.Fallback.Count; i++)
        {
            if (!ids.Contains(configuration.Fallback[i]))
            {
                errors.Add(new($"fallback[{i}]", $"{configuration.Fallback[i]} is not one of models"));
            }
        }
    }

    private static void Prices(List<ConfigurationError> errors, string path, IReadOnlyList<PriceTier> prices)
    {
        long bound = 0;
        for (var i = 0; i < prices.Count; i++)
        {
            var tier = prices[i];
            if (tier.Input < 0 || tier.CacheWrite5m < 0 || tier.CacheWrite1h < 0 || tier.CacheRead < 0 || tier.Output < 0)
            {
                errors.Add(new($"{path}.prices[{i}]", "no price may be negative"));
            }
            if (tier.MaxPromptTokens is not { } max)
            {
                if (i < prices.Count - 1) errors.Add(new($"{path}.prices[{i}].maxPromptTokens", "only the last tier may be without a bound"));
                continue;
            }
            if (max <= bound) errors.Add(new($"{path}.prices[{i}].maxPromptTokens", "must rise from tier to tier"));
            bound = max;
        }
    }

    private static void Revisions(List<ConfigurationError> errors, DeploymentConfiguration configuration)
    {
        var models = configuration.Models.SelectMany(m => m.Aliases.Prepend(m.Id)).ToHashSet(StringComparer.Ordinal);
        Revision(errors, "stable", configuration.Stable, models);
        Revision(errors, "canary", configuration.Canary, models);
        for (var i = 0; i < configuration.Standby.Count; i++) Revision(errors, $"standby[{i}]", configuration.Standby[i], models);
        if (configuration.Stable is { } stable && stable.Revision == configuration.Canary?.Revision)
        {
            errors.Add(new("canary.revision", "must differ from stable.revision"));
        }
    }

    private static void Revision(
        List<ConfigurationError> errors, string path, RevisionConfiguration? revision, HashSet<string> models)
    {
        if (revision is null) return;
        if (revision.Revision is not { Length: 64 } || !revision.Revision.All(char.IsAsciiHexDigitLower))
        {
            errors.Add(new($"{path}.revision", "must be 64 hex digits in lower case"));
        }
        if (!models.Contains(revision.Model ?? "")) errors.Add(new($"{path}.model", $"{revision.Model} is not one of models"));
        if (revision.MaxTokens is < 0) errors.Add(new($"{path}.maxTokens", "must not be negative"));
        if (revision.Effort is { Length: 0 }) errors.Add(new($"{path}.effort", "must not be empty; leave it out instead"));
        if (revision.Thinking is { Length: 0 }) errors.Add(new($"{path}.thinking", "must not be empty; leave it out instead"));
        if (revision.SystemPrompt is { Length: 0 }) errors.Add(new($"{path}.systemPrompt", "must not be empty; leave it out instead"));
    }
}
