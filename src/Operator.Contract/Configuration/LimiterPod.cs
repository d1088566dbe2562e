namespace Operator.Contract;

/// <summary>What a limiter finds in its pod: the names that the operator writes into pods and the limiter reads.</summary>
public static class LimiterPod
{
    /// <summary>The name of the sidecar.</summary>
    public const string ContainerName = "claude-limiter";

    /// <summary>The port on the loopback address that apps call.</summary>
    public const int ListenPort = 8787;

    /// <summary>The port of <c>/healthz</c>, <c>/readyz</c> and <c>/metrics</c>.</summary>
    public const int HealthPort = 8788;

    /// <summary>The folder with everything below; a projected volume, so that its files change while the limiter runs.</summary>
    public const string Directory = "/var/run/claude-limiter";

    /// <summary>The folder, in <see cref="Directory"/>, with a <c>NAME.json</c> for each deployment.</summary>
    public const string Deployments = "deployments";

    /// <summary>The folder, in <see cref="Directory"/>, with the API key of each deployment in a file of the deployment's name.</summary>
    public const string Keys = "keys";

    /// <summary>The file, in <see cref="Directory"/>, with the pod's token for the operator.</summary>
    public const string TokenFile = "token";

    /// <summary>The file, in <see cref="Directory"/>, with the certificates to trust when talking to the operator, as PEM.</summary>
    public const string AuthorityFile = "ca.crt";

    /// <summary>The ConfigMap of a deployment is called this, then the deployment's name.</summary>
    public const string ConfigMapPrefix = "claude-limiter-";

    /// <summary>The key of that ConfigMap.</summary>
    public const string ConfigMapKey = "deployment.json";

    /// <summary>The variable with the upstream's base address.</summary>
    public const string UpstreamVariable = "CLAUDE_LIMITER_UPSTREAM";

    /// <summary>The variable with the operator's base address; unset for a limiter that lives from files alone.</summary>
    public const string OperatorVariable = "CLAUDE_LIMITER_OPERATOR";

    /// <summary>The variable with the address and port that apps call.</summary>
    public const string ListenVariable = "CLAUDE_LIMITER_LISTEN";

    /// <summary>The variable with the port of health and metrics.</summary>
    public const string HealthPortVariable = "CLAUDE_LIMITER_HEALTH_PORT";

    /// <summary>The variable with <see cref="Directory"/>.</summary>
    public const string DirectoryVariable = "CLAUDE_LIMITER_DIRECTORY";
}
