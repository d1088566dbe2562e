using Operator.Api.Validation;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;

namespace Operator.Api;

/// <summary>
/// An offline gate. Exactly one of <see cref="Suite"/>, <see cref="Http"/>, <see cref="Job"/> and <see cref="External"/> says where
/// its result comes from.
/// </summary>
[ValidationRule("[has(self.suite), has(self.http), has(self.job), has(self.external)].filter(x, x).size() == 1",
    Message = "give exactly one of suite, http, job and external")]
public sealed class EvalGate : KubernetesModel
{
    /// <summary>The gate's name, unique among all gates of the deployment.</summary>
    [Required, Pattern(TextRules.DnsLabelPattern), Length(1, TextRules.GateNameLength)]
    public string Name { get; set; } = "";

    /// <summary>The weight before which the gate must pass; 0 (the default) is before any traffic.</summary>
    [IntOrString]
    public Percent? At { get; set; }

    /// <summary>Cases in a ConfigMap, run by the operator's own runner.</summary>
    public SuiteSource? Suite { get; set; }

    /// <summary>A service that judges the revision; its host must be on the administrator's allow-list.</summary>
    public HttpSource? Http { get; set; }

    /// <summary>A Job made from a CronJob of the same namespace.</summary>
    public JobSource? Job { get; set; }

    /// <summary>A result that somebody else, such as CI, writes as a ClaudeEvalRun.</summary>
    public ExternalSource? External { get; set; }

    /// <summary>The share of cases that must pass. Default 100%.</summary>
    public Percent? PassRate { get; set; }

    /// <summary>How much worse than stable the revision may be on the same cases, in percentage points. Unset: not compared.</summary>
    public Percent? MaxRegression { get; set; }

    /// <summary>The confidence of the interval that is held against the bound. Default 95%.</summary>
    public Percent? Confidence { get; set; }

    /// <summary>Bounds for parts of the suite.</summary>
    public SlicesSpec? Slices { get; set; }
}

/// <summary>Cases in one ConfigMap, or in several that carry the label <c>claudeops.dev/eval-suite</c>.</summary>
public sealed class SuiteSource : KubernetesModel
{
    /// <summary>The name of the ConfigMap, or of the suite where it is sharded.</summary>
    [Required, Pattern(TextRules.DnsSubdomainPattern), Length(1, TextRules.SubdomainLength)]
    public string ConfigMap { get; set; } = "";
}

/// <summary>A service that judges a revision.</summary>
public sealed class HttpSource : KubernetesModel
{
    /// <summary>The https URL that is asked.</summary>
    [Required, Pattern("^https://[^@\\s]+$"), Length(9, Limits.Text)]
    public string Url { get; set; } = "";

    /// <summary>How long the answer may take. Default 10m.</summary>
    public GoDuration? Timeout { get; set; }
}

/// <summary>A Job that judges a revision.</summary>
public sealed class JobSource : KubernetesModel
{
    /// <summary>The CronJob whose job template is used: only who may create CronJobs decides what runs.</summary>
    [Required, Pattern(TextRules.DnsSubdomainPattern), Length(1, TextRules.SubdomainLength)]
    public string FromCronJob { get; set; } = "";
}

/// <summary>A result that somebody else writes.</summary>
public sealed class ExternalSource : KubernetesModel;

/// <summary>Bounds for slices of a suite.</summary>
public sealed class SlicesSpec : KubernetesModel
{
    /// <summary>The pass rate that every slice must reach, judged with a correction for their number.</summary>
    public Percent? Worst { get; set; }
}
