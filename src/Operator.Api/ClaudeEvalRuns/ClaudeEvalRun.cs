using System.Text.Json.Serialization;
using Operator.Api.Validation;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Serialization;

namespace Operator.Api;

/// <summary>One evaluation of one revision against one suite. Its spec never changes.</summary>
[KubernetesEntity(Group = ApiGroup.Name, ApiVersion = ApiGroup.Version, Kind = "ClaudeEvalRun", PluralName = "claudeevalruns")]
[KubernetesEntityShortNames("cer")]
[GenericAdditionalPrinterColumn(".spec.deploymentRef.name", "Deployment", "string", Description = "The deployment.")]
[GenericAdditionalPrinterColumn(".spec.gate", "Gate", "string", Description = "The gate that the run answers.")]
[GenericAdditionalPrinterColumn(".status.phase", "Phase", "string", Description = "Where the run stands.")]
[GenericAdditionalPrinterColumn(".status.verdict", "Verdict", "string", Description = "What it says of the revision.")]
[GenericAdditionalPrinterColumn(".status.passRate", "Passed", "string", Description = "The share of cases that passed.")]
[GenericAdditionalPrinterColumn(".metadata.creationTimestamp", "Age", "date")]
[GenericAdditionalPrinterColumn(".spec.revision", "Revision", "string", Description = "The revision under test.", Priority = 1)]
[GenericAdditionalPrinterColumn(".status.message", "Message", "string", Description = "The state in a sentence.", Priority = 1)]
public sealed class ClaudeEvalRun : CustomKubernetesEntity<ClaudeEvalRunSpec, ClaudeEvalRunStatus>, IToleratesUnreadable
{
    /// <inheritdoc />
    [JsonIgnore]
    public UnreadableObjectException? Unreadable { get; set; }
}

/// <summary>What is evaluated. Immutable.</summary>
[ValidationRule("self == oldSelf", Message = "the spec of an eval run cannot change: create another one")]
public sealed class ClaudeEvalRunSpec : KubernetesModel
{
    /// <summary>The ClaudeDeployment, in this namespace.</summary>
    [Required]
    public DeploymentReference DeploymentRef { get; set; } = new();

    /// <summary>The revision under test, in its full form.</summary>
    [Required, Pattern(TextRules.DigestPattern), Length(64, 64)]
    public string Revision { get; set; } = "";

    /// <summary>The gate that the run answers.</summary>
    [Required, Pattern(TextRules.DnsLabelPattern), Length(1, TextRules.GateNameLength)]
    public string Gate { get; set; } = "";

    /// <summary>The SHA-256 of the suite; runs are compared only where it is equal.</summary>
    [Pattern(TextRules.DigestPattern), Length(64, 64)]
    public string? SuiteDigest { get; set; }

    /// <summary>The attempt, from 0: a retry of a rejected revision is a new run.</summary>
    [RangeMinimum(0), RangeMaximum(Limits.Attempts)]
    public int? Attempt { get; set; }

    /// <summary>The result, where somebody else than the operator made it.</summary>
    public EvalResult? Result { get; set; }
}

/// <summary>A ClaudeDeployment of the same namespace.</summary>
public sealed class DeploymentReference : KubernetesModel
{
    /// <summary>Its name.</summary>
    [Required, Pattern(TextRules.DnsSubdomainPattern), Length(1, TextRules.SubdomainLength)]
    public string Name { get; set; } = "";
}

/// <summary>The result of an evaluation.</summary>
[ValidationRule("self.passed <= self.total", Message = "no more cases can have passed than there are")]
public sealed class EvalResult : KubernetesModel
{
    /// <summary>Cases that passed.</summary>
    [Required, RangeMinimum(0), RangeMaximum(Limits.Cases)]
    public int Passed { get; set; }

    /// <summary>Cases in all.</summary>
    [Required, RangeMinimum(0), RangeMaximum(Limits.Cases)]
    public int Total { get; set; }

    /// <summary>Results of the suite's slices.</summary>
    [Items(maxItems: Limits.Slices), ListType(ListType.Atomic)]
    public IList<SliceResult>? Slices { get; set; }

    /// <summary>Where people find the whole report.</summary>
    [Length(maxLength: Limits.Text)]
    public string? Report { get; set; }
}

/// <summary>The result of one slice.</summary>
[ValidationRule("self.passed <= self.total", Message = "no more cases can have passed than there are")]
public sealed class SliceResult : KubernetesModel
{
    /// <summary>The slice's name.</summary>
    [Required, Length(1, TextRules.LabelLength)]
    public string Name { get; set; } = "";

    /// <summary>Cases that passed.</summary>
    [Required, RangeMinimum(0), RangeMaximum(Limits.Cases)]
    public int Passed { get; set; }

    /// <summary>Cases in all.</summary>
    [Required, RangeMinimum(0), RangeMaximum(Limits.Cases)]
    public int Total { get; set; }
}

/// <summary>Where an evaluation stands.</summary>
[JsonConverter(typeof(StatusEnumConverter<EvalPhase>))]
public enum EvalPhase
{
    /// <summary>Not started.</summary>
    Pending,

    /// <summary>Under way.</summary>
    Running,

    /// <summary>It has a verdict.</summary>
    Completed,

    /// <summary>It was stopped because nobody needs it any more.</summary>
    Cancelled,
}

/// <summary>The observed state of an evaluation.</summary>
public sealed class ClaudeEvalRunStatus : KubernetesModel
{
    /// <summary>The generation of the spec that this status is about.</summary>
    public long? ObservedGeneration { get; set; }

    /// <summary>Where it stands.</summary>
    public EvalPhase? Phase { get; set; }

    /// <summary>The verdict; null until it is completed.</summary>
    public Verdict? Verdict { get; set; }

    /// <summary>The state in a sentence.</summary>
    public string? Message { get; set; }

    /// <summary>Cases that passed.</summary>
    public int? Passed { get; set; }

    /// <summary>Cases in all.</summary>
    public int? Total { get; set; }

    /// <summary>The share that passed.</summary>
    public Percent? PassRate { get; set; }

    /// <summary>The Wilson interval of the pass rate.</summary>
    public string? Interval { get; set; }

    /// <summary>Cases that stable passed and the revision failed, and the other way round; null where it was not compared.</summary>
    public PairedComparison? Paired { get; set; }

    /// <summary>Results of the slices.</summary>
    public IList<SliceResult>? Slices { get; set; }

    /// <summary>Ids of cases that failed; at most 50.</summary>
    public IList<string>? FailedCases { get; set; }

    /// <summary>A bit for each case in the suite's order, 1 for passed, in base64: what a paired comparison needs.</summary>
    public string? CaseResults { get; set; }

    /// <summary>The SHA-256 of the suite that was run.</summary>
    public string? SuiteDigest { get; set; }

    /// <summary>Where people find the whole report.</summary>
    public string? Report { get; set; }

    /// <summary>What the run cost.</summary>
    public Money? Cost { get; set; }

    /// <summary>When it started.</summary>
    [JsonConverter(typeof(KubernetesTimeConverter))]
    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>When it ended.</summary>
    [JsonConverter(typeof(KubernetesTimeConverter))]
    public DateTimeOffset? CompletedAt { get; set; }

    /// <summary>Ready, Reconciling, Stalled.</summary>
    [ListType(ListType.Map), ListMapKeys("type")]
    public IList<V1Condition>? Conditions { get; set; }
}

/// <summary>A comparison case by case.</summary>
public sealed class PairedComparison : KubernetesModel
{
    /// <summary>The run of the stable revision.</summary>
    public string? Baseline { get; set; }

    /// <summary>Cases that stable passed and the revision failed.</summary>
    public int Regressed { get; set; }

    /// <summary>Cases that stable failed and the revision passed.</summary>
    public int Improved { get; set; }
}
