using System.Net;
using Operator.Kubernetes;
using Operator.Kubernetes.Configuration;

namespace Operator.Cli.Cluster;

/// <summary>Turns what goes wrong with a cluster into what to do about it.</summary>
internal static class ClusterErrors
{
    /// <summary>The exit code and the message; null for an error that is a defect of the command.</summary>
    public static (int Code, string Message)? Explain(Exception error) => error switch
    {
        CliException known => (known.Code, known.Message),
        KubernetesException refused => (ExitCode.Cluster, Explain(refused)),
        KubernetesConfigurationException config => (ExitCode.Cluster, config.Message),
        HttpRequestException or IOException => (ExitCode.Cluster, $"the cluster cannot be reached: {error.Message}. Is it running, and is the context right? See: kubectl config get-contexts"),
        TimeoutException => (ExitCode.TimedOut, error.Message),
        _ => null,
    };

    private static string Explain(KubernetesException error)
    {
        if (error.IsForbidden) return $"{error.Message}. Ask for the role claude-operator-viewer (to look) or claude-operator-editor (to change and to steer rollouts)";
        if (error.IsUnauthorized) return $"the cluster does not know you: {error.Message}. Sign in again, or choose another --context";
        if (error.StatusCode == HttpStatusCode.NotFound && !error.IsObjectNotFound)
            return "the cluster does not know ClaudeDeployments: the operator is not installed there, or is older than this command. Install it with: kubectl apply -k config/default";
        return error.Message;
    }
}
