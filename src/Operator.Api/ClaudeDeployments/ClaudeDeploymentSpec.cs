using Operator.Api.Validation;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;

namespace Operator.Api;

/// <summary>The declared state of a ClaudeDeployment.</summary>
public sealed class ClaudeDeploymentSpec : KubernetesModel
{
    /// <summary>The model id, such as <c>claude-sonnet-5-5</c>. Prefer a pinned id: an alias may change its meaning without a rollout.</summary>
    [Required, Pattern(TextRules.ModelIdPattern), Length(1, TextRules.ModelIdLength)]
    public string Model { get; set; } = "";

    /// <summary>The prompt and the version of it that is flagged for use.</summary>
    [Required]
    public PromptReference Prompt { get; set; } = new();

    /// <summary>Request parameters that belong to the revision; what is not set is left as the caller sent it.</summary>
    public ModelParameters? Parameters { get; set; }

    /// <summary>The ClaudeQuota whose budget the tool draws on.</summary>
    [Required]
    public QuotaReference QuotaRef { get; set; } = new();

    /// <summary>The priority of the tool's requests against others of the same quota.</summary>
    [Default("standard")]
    public Lane Lane { get; set; } = Lane.Standard;

    /// <summary>Models that are tried in this order when the declared one is overloaded.</summary>
    [Items(maxItems: Limits.Fallbacks), ListType(ListType.Atomic)]
    public IList<FallbackModel>? Fallback { get; set; }

    /// <summary>How a new revision receives traffic. Without it a revision that passed its offline gates takes all traffic at once.</summary>
    public CanarySpec? Canary { get; set; }

    /// <summary>What a revision must pass before it is promoted.</summary>
    public GatesSpec? Gates { get; set; }

    /// <summary>What happens when a gate fails, and how long former revisions stay ready for a rollback.</summary>
    public RollbackSpec? Rollback { get; set; }

    /// <summary>How long a rollout may go without progress before it is rolled back; a pause for approval does not count. Default 2h.</summary>
    [Default("2h")]
    public GoDuration? ProgressDeadline { get; set; }

    /// <summary>Pods of this namespace that get a limiter for this deployment, beside those that are labelled for it.</summary>
    public WorkloadSelector? WorkloadSelector { get; set; }
}
