using Microsoft.Extensions.DependencyInjection;
using Operator.Api;
using Operator.Api.Validation;
using Operator.Injection;
using Operator.Runtime.Admission;
using Operator.Runtime.Caching;

namespace Operator.Admission;

/// <summary>Validates ClaudeDeployments. What another object lacks is a warning: GitOps may apply it a moment later.</summary>
internal sealed class ClaudeDeploymentWebhook(IInformers informers, TimeProvider time, IServiceProvider services) : ValidationWebhook<ClaudeDeployment>
{
    private ValidationContext Context => new(services.GetService<IModelKnowledge>(), time.GetUtcNow());

    /// <inheritdoc/>
    public override ValidationResult Create(ClaudeDeployment entity, bool dryRun) =>
        Verdict.Of(ClaudeDeploymentValidation.Validate(entity, Context).And(Quota(entity)));

    /// <inheritdoc/>
    public override ValidationResult Update(ClaudeDeployment oldEntity, ClaudeDeployment newEntity, bool dryRun) => Verdict.LeavesSpec(Request)
        ? Success()
        : Verdict.Of(ClaudeDeploymentValidation.ValidateUpdate(oldEntity, newEntity, Context).And(Quota(newEntity)));

    private Findings Quota(ClaudeDeployment deployment)
    {
        var quotas = informers.Get<ClaudeQuota>();
        // Without a full cache nothing can be said of what is missing in it.
        if (!quotas.HasSynced || string.IsNullOrEmpty(deployment.Spec?.QuotaRef?.Name)) return Findings.None;
        var @namespace = Request.Namespace ?? deployment.Metadata.NamespaceProperty ?? "";
        var credentials = CredentialLookup.Find(@namespace, deployment.Spec.QuotaRef, quotas.Get);
        return credentials.Secret is not null
            ? Findings.None
            : new Findings([], [new Finding("spec.quotaRef", FindingReason.FieldValueInvalid, credentials.Message)]);
    }
}
