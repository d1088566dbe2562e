namespace Operator.Api;

/// <summary>Labels that the operator reads and writes.</summary>
public static class Labels
{
    /// <summary>On a prompt's ConfigMap: the prompt's name.</summary>
    public const string Prompt = "claudeops.dev/prompt";

    /// <summary>On a prompt's ConfigMap: the version that the ConfigMap holds.</summary>
    public const string PromptVersion = "claudeops.dev/prompt-version";

    /// <summary>On the ConfigMaps of an eval suite: the suite's name, where it is sharded over several.</summary>
    public const string EvalSuite = "claudeops.dev/eval-suite";

    /// <summary>On children: the name of the ClaudeDeployment that they belong to.</summary>
    public const string Deployment = "claudeops.dev/deployment";

    /// <summary>On eval runs: the short form of the revision under test.</summary>
    public const string Revision = "claudeops.dev/revision";

    /// <summary>On eval runs: the gate that asked for the run.</summary>
    public const string Gate = "claudeops.dev/gate";

    /// <summary>On eval runs: <c>"true"</c> marks a run of stable that another run is compared with.</summary>
    public const string Baseline = "claudeops.dev/baseline";

    /// <summary>On pods and namespaces: <c>"true"</c> asks for a limiter sidecar.</summary>
    public const string Inject = "claudeops.dev/inject";

    /// <summary>On all children: who manages them.</summary>
    public const string ManagedBy = "app.kubernetes.io/managed-by";

    /// <summary>The value of <see cref="ManagedBy"/>.</summary>
    public const string ManagedByValue = "claude-operator";
}
