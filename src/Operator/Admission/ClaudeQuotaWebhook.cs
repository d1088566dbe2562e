using Microsoft.Extensions.DependencyInjection;
using Operator.Api;
using Operator.Api.Validation;
using Operator.Catalog;
using Operator.Runtime.Admission;
using Operator.Runtime.Caching;

namespace Operator.Admission;

/// <summary>Validates ClaudeQuotas, each by itself and in its tree.</summary>
internal sealed class ClaudeQuotaWebhook(IInformers informers, TimeProvider time, IServiceProvider services) : ValidationWebhook<ClaudeQuota>
{
    private ValidationContext Context => new(services.GetService<IModelKnowledge>(), time.GetUtcNow());

    /// <inheritdoc/>
    public override ValidationResult Create(ClaudeQuota entity, bool dryRun) =>
        Verdict.Of(ClaudeQuotaValidation.Validate(entity, Context).And(Tree(entity)));

    /// <inheritdoc/>
    public override ValidationResult Update(ClaudeQuota oldEntity, ClaudeQuota newEntity, bool dryRun) => Verdict.LeavesSpec(Request)
        ? Success()
        : Verdict.Of(ClaudeQuotaValidation.ValidateUpdate(oldEntity, newEntity, Context).And(Tree(newEntity)));

    /// <inheritdoc/>
    public override ValidationResult Delete(ClaudeQuota entity, bool dryRun)
    {
        var quotas = informers.Get<ClaudeQuota>();
        var deployments = informers.Get<ClaudeDeployment>();
        if (!quotas.HasSynced || !deployments.HasSynced || string.IsNullOrEmpty(entity.Metadata.Name)) return Success();
        return Success(QuotaChange.Dependents(ObjectKey.Of(entity), quotas.List(), deployments.List()));
    }

    private Findings Tree(ClaudeQuota quota)
    {
        var quotas = informers.Get<ClaudeQuota>();
        // One that is still to be named by the server cannot be anybody's parent, nor be found again; the controller looks at it.
        if (!quotas.HasSynced || quota.Unreadable is not null || string.IsNullOrEmpty(quota.Metadata.Name)) return Findings.None;
        quota.Metadata.NamespaceProperty ??= Request.Namespace;
        return QuotaChange.Check(quotas.List(), quota, services.GetService<CatalogStore>()?.Current ?? ModelCatalog.Shipped);
    }
}
