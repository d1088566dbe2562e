using Operator.Api;
using Operator.Api.Validation;
using Operator.Runtime.Admission;

namespace Operator.Admission;

/// <summary>Validates ClaudeEvalRuns; their spec never changes.</summary>
internal sealed class ClaudeEvalRunWebhook : ValidationWebhook<ClaudeEvalRun>
{
    /// <inheritdoc/>
    public override ValidationResult Create(ClaudeEvalRun entity, bool dryRun) => Verdict.Of(ClaudeEvalRunValidation.Validate(entity));

    /// <inheritdoc/>
    public override ValidationResult Update(ClaudeEvalRun oldEntity, ClaudeEvalRun newEntity, bool dryRun) =>
        Verdict.LeavesSpec(Request) ? Success() : Verdict.Of(ClaudeEvalRunValidation.ValidateUpdate(oldEntity, newEntity));
}
