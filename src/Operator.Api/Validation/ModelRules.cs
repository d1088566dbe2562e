using System.Globalization;

namespace Operator.Api.Validation;

/// <summary>What the catalogue knows against a model or its parameters.</summary>
internal static class ModelRules
{
    /// <summary>How long before its retirement a model is warned of.</summary>
    public const int WarningDays = 60;

    /// <summary>Checks a model id's form, and what is known of the model.</summary>
    public static ModelFacts? Check(FindingCollector found, string path, string? id, ValidationContext context)
    {
        if (!TextRules.ModelId(found, path, id) || string.IsNullOrEmpty(id) || context.Models is not { } models) return null;
        if (models.Find(id) is not { } facts)
        {
            found.Warn(path,
                $"{FindingCollector.Quote(id)} is not in the model catalogue, so its limits and prices are unknown; check the id, or add the model to the catalogue's ConfigMap");
            return null;
        }
        if (facts.IsAlias)
        {
            found.Warn(path, $"{id} is an alias that may come to mean another model without a rollout; pin {facts.Id}");
        }
        if (facts.RetiresOn is { } day && context.Now is { } now) Retirement(found, path, id, facts, day, DateOnly.FromDateTime(now.UtcDateTime));
        return facts;
    }

    /// <summary>Checks parameters against what the model takes.</summary>
    public static void Parameters(FindingCollector found, string path, ModelParameters parameters, string model, ModelFacts? facts)
    {
        found.Unknown(path, parameters);
        ValueRules.Count(found, path + ".maxTokens", parameters.MaxTokens, 1, 300_000);
        if (parameters.MaxTokens is { } tokens && facts?.MaxOutputTokens is { } most && tokens > most)
        {
            found.Invalid(path + ".maxTokens",
                string.Create(CultureInfo.InvariantCulture, $"{model} answers with at most {most} tokens; the API refuses {tokens}"));
        }
        if (parameters.Effort is { } effort)
        {
            found.Defined(path + ".effort", effort);
            Supported(found, path + ".effort", effort, facts?.Efforts, model, "levels of effort");
        }
        if (parameters.Thinking is { } thinking)
        {
            found.Defined(path + ".thinking", thinking);
            Supported(found, path + ".thinking", thinking, facts?.ThinkingModes, model, "thinking modes");
        }
    }

    private static void Supported<T>(FindingCollector found, string path, T value, IReadOnlyCollection<T>? allowed, string model, string what)
        where T : struct, Enum
    {
        if (allowed is null || allowed.Contains(value) || !Enum.IsDefined(value)) return;
        var rule = allowed.Count == 0 ? $"takes no {what}; remove the field" : $"takes the {what} {string.Join(", ", allowed.Select(EnumText.Of))}";
        found.Error(path, FindingReason.FieldValueNotSupported, $"{model} {rule}");
    }

    private static void Retirement(FindingCollector found, string path, string id, ModelFacts facts, DateOnly day, DateOnly today)
    {
        var date = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var advice = facts.Replacement is { } next ? $"move to {next}" : "choose another model";
        if (day <= today) found.Error(path, FindingReason.ModelRetired, $"{id} retired on {date} and the API refuses it; {advice}");
        else if (day.DayNumber - today.DayNumber <= WarningDays)
        {
            found.Warn(path,
                string.Create(CultureInfo.InvariantCulture, $"{id} retires on {date}, in {day.DayNumber - today.DayNumber} days; {advice}"));
        }
    }
}
