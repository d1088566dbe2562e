using Operator.Api;
using Operator.Api.Validation;
using Operator.Catalog;
using Operator.Contract;
using Operator.Runtime.Caching;

namespace Operator.Rollouts;

/// <summary>Budgets from the declared limits of the named ClaudeQuota alone.</summary>
internal sealed class DeclaredBudgets(IInformers informers, CatalogStore catalog, IModelKnowledge knowledge) : IRolloutBudgets
{
    private const int Limiters = 8;
    private readonly IInformer<ClaudeQuota> _quotas = informers.Get<ClaudeQuota>();

    /// <inheritdoc />
    public IModelKnowledge? Models => knowledge;

    /// <inheritdoc />
    public RolloutBudget Resolve(ClaudeDeployment deployment, IReadOnlyCollection<string> models, int limiters, DateTimeOffset now)
    {
        var home = deployment.Metadata.NamespaceProperty!;
        var reference = deployment.Spec.QuotaRef;
        var key = new ObjectKey(string.IsNullOrEmpty(reference.NamespaceProperty) ? home : reference.NamespaceProperty, reference.Name);
        var quota = _quotas.Get(key);
        var current = catalog.Current;
        var known = models.Select(current.Find).OfType<CatalogMatch>().DistinctBy(m => m.Model.Id)
            .Select(m => current.Render(m.Model, Group(quota, m.Model.Id))).ToList();
        var support = ModelSupports.Of(current, deployment.Spec.Model, now);
        if (quota is null)
            return new RolloutBudget { Refusal = "QuotaMissing", Message = $"spec.quotaRef: there is no ClaudeQuota {key}; apply one", MayResolve = true, Models = known, Model = support };
        if (key.Namespace != home && quota.Spec.AllowedNamespaces?.Any(n => n == home || n == "*") != true)
        {
            return new RolloutBudget
            {
                Refusal = "QuotaForbidden", Message = $"spec.quotaRef: ClaudeQuota {key} does not list {home} in spec.allowedNamespaces", IsForbidden = true, Models = known, Model = support,
            };
        }
        var basis = Math.Max(Limiters, limiters);
        return new RolloutBudget
        {
            Message = $"draws on ClaudeQuota {key}",
            Models = known, Model = support,
            Throttle = quota.Status.Throttle,
            Quota = new QuotaConfiguration
            {
                Namespace = key.Namespace!,
                Name = key.Name,
                Groups = [.. (quota.Spec.Limits ?? []).Select(l => GroupOf(l, basis))],
            },
        };
    }

    private static string Group(ClaudeQuota? quota, string model) =>
        quota?.Spec.Limits?.FirstOrDefault(l => l.Models.Contains(model))?.Models[0] ?? model;

    private static GroupConfiguration GroupOf(ModelLimits limits, int basis)
    {
        Amounts Per(double divisor) => new(
            limits.RequestsPerMinute / divisor, limits.InputTokensPerMinute / divisor, limits.OutputTokensPerMinute / divisor);
        var share = new Share(Per(60.0 * basis), Per(basis));
        return new GroupConfiguration { Group = limits.Models[0], Limits = Per(1), Boot = share, Fallback = share };
    }
}
