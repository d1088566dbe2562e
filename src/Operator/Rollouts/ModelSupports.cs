using Operator.Catalog;

namespace Operator.Rollouts;

/// <summary>Tells how a declared model stands in the catalogue.</summary>
internal static class ModelSupports
{
    /// <summary>How a model stands.</summary>
    /// <param name="catalog">The catalogue in force.</param>
    /// <param name="id">The declared id or alias.</param>
    /// <param name="now">The time.</param>
    public static ModelSupport Of(ModelCatalog catalog, string id, DateTimeOffset now)
    {
        if (catalog.Find(id) is not { } match)
        {
            return new ModelSupport(
                false, "ModelUnknown",
                $"spec.model: {id} is not in the model catalogue, so its limits and prices are not known; correct the id or add the model to the catalogue's ConfigMap",
                IsUsable: false);
        }
        var standing = match.Model.Lifecycle.At(now);
        var text = standing.Describe(id);
        return standing.State switch
        {
            ModelState.Retired => new ModelSupport(false, "ModelRetired", "spec.model: " + text, IsUsable: false),
            ModelState.RetiresSoon => new ModelSupport(false, "ModelRetiresSoon", text),
            _ when match.Floats => new ModelSupport(true, "Alias", $"{id} is an alias of {match.Model.Id} and may come to mean another model without a rollout"),
            _ => new ModelSupport(true, "Supported", text),
        };
    }
}
