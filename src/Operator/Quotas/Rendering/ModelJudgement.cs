using Operator.Catalog;
using Operator.Rollouts;

namespace Operator.Quotas;

/// <summary>How a deployment's model stands.</summary>
internal static class ModelJudgement
{
    /// <summary>The judgement of a model id or alias at a moment.</summary>
    public static ModelSupport Of(ModelCatalog catalog, string model, DateTimeOffset now)
    {
        if (catalog.Find(model) is not { } match)
            return new ModelSupport(false, "ModelUnknown", $"spec.model: '{model}' is not in the model catalogue; correct the id, or add the model to the catalogue's ConfigMap", IsUsable: false);
        var standing = match.Model.Lifecycle.At(now);
        var text = standing.Describe(model);
        return standing.State switch
        {
            ModelState.Retired => new ModelSupport(false, "ModelRetired", $"spec.model: {text}", IsUsable: false),
            ModelState.RetiresSoon => new ModelSupport(false, "ModelRetiresSoon", $"spec.model: {text}"),
            _ => new ModelSupport(true, "Supported", match.Floats ? $"{model} floats: today it means {match.Model.Id}" : text),
        };
    }
}
