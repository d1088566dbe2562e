namespace Operator.Evals;

/// <summary>What the administrator of the operator decides about evals.</summary>
public sealed class EvalOptions
{
    /// <summary>The image of the runner: usually the operator's own.</summary>
    public string Image { get; set; } = "claude-operator:0.1.0";

    /// <summary>
    /// Hosts that <c>http</c> gates may ask, each <c>host[:port][ private]</c>: a host or <c>*.suffix</c>, the port (443 by default), and
    /// the word <c>private</c> where its addresses are those of private networks or of this machine. None by default.
    /// </summary>
    public IList<string> HttpHosts { get; } = [];

    /// <summary>Calls to the API at the same time, for each run. 1 to 256, default 8.</summary>
    public int Concurrency { get; set; } = 8;

    /// <summary>How long a built-in run may take in all. Default 1 h.</summary>
    public TimeSpan RunDeadline { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long finished Jobs are kept for their logs. Default 1 d.</summary>
    public TimeSpan JobRetention { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How many pods of a Job may be lost, over node failures say, before it fails. Default 2.</summary>
    public int JobRetries { get; set; } = 2;

    /// <summary>How many runs of a deployment are kept beside those that are cited. Default 10.</summary>
    public int RetainedRuns { get; set; } = 10;
}
