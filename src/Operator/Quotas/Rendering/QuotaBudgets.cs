using Operator.Api;
using Operator.Api.Validation;
using Operator.Catalog;
using Operator.Quotas.Allocation;
using Operator.Quotas.Status;
using Operator.Rollouts;
using Operator.Runtime.Caching;

namespace Operator.Quotas;

/// <summary>What rollouts know of quotas and models: the tree and the catalogue of the present moment.</summary>
internal sealed class QuotaBudgets(
    IInformers informers, QuotaTrees trees, CatalogStore catalog, IQuotaUsage usage, LimiterCensus census, AllocationOptions allocation) : IRolloutBudgets
{
    private readonly IInformer<ClaudeQuota> _quotas = informers.Get<ClaudeQuota>();

    /// <inheritdoc/>
    public IModelKnowledge? Models { get; } = new CatalogKnowledge(catalog);

    /// <inheritdoc/>
    public RolloutBudget Resolve(ClaudeDeployment deployment, IReadOnlyCollection<string> models, int limiters, DateTimeOffset now)
    {
        var tree = trees.Current;
        var model = ModelJudgement.Of(tree.Catalog, deployment.Spec.Model, now);
        var binding = tree.Bind(deployment.Metadata.NamespaceProperty!, deployment.Spec.QuotaRef);
        if (binding.Bound is not { } bound)
        {
            return new RolloutBudget
            {
                Refusal = binding.Reason,
                Message = $"spec.quotaRef: {binding.Message}",
                IsForbidden = binding.IsWithdrawn,
                MayResolve = !binding.IsWithdrawn,
                Model = model,
                Models = [.. models.Select(tree.Catalog.Find).OfType<CatalogMatch>().DistinctBy(m => m.Model.Id).Select(m => tree.Catalog.Render(m.Model))],
            };
        }
        var exhausted = new Dictionary<ObjectKey, DateTimeOffset>();
        foreach (var key in bound.Path)
        {
            if (usage.Of(key)?.Pressure.SpendExhaustedUntil is { } until && now < until) exhausted[key] = until;
        }
        return new RolloutBudget
        {
            Message = $"draws on ClaudeQuota {bound.Key}",
            Quota = QuotaRendering.For(bound, models, Math.Max(limiters, census.Of(bound.Organization, tree, now)), allocation, exhausted),
            Models = QuotaRendering.Models(bound, models),
            Model = model,
            Throttle = _quotas.Get(bound.Key)?.Status.Throttle,
        };
    }
}
