using Operator.Api;
using Operator.Api.Validation;

namespace Operator.Catalog;

/// <summary>What validation must know of models, from the catalogue in force.</summary>
public sealed class CatalogKnowledge(CatalogStore store) : IModelKnowledge
{
    /// <inheritdoc />
    public ModelFacts? Find(string id)
    {
        if (store.Current.Find(id) is not { } match) return null;
        var rules = match.Model.Rules;
        return new ModelFacts
        {
            Id = match.Model.Id,
            IsAlias = match.Floats,
            RetiresOn = match.Model.Lifecycle.Retires,
            Replacement = match.Model.Lifecycle.Replacement,
            MaxOutputTokens = match.Model.MaxOutputTokens,
            // No levels that were only concluded are levels that nobody knows.
            Efforts = rules.Efforts.Count == 0 && match.Model.Certainty.Rules == Certainty.Inferred ? null : [.. Enum.GetValues<Effort>().Where(e => rules.Efforts.Contains(NameOf(e)))],
            // The catalogue says only which models refuse to be told not to think.
            ThinkingModes = rules.RefusesThinkingDisabled ? [ThinkingMode.Adaptive, ThinkingMode.BetweenTools] : null,
        };
    }

    private static string NameOf(Effort effort) => effort.ToString().ToLowerInvariant();
}
