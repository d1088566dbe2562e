namespace Operator.Kubernetes.Configuration;

/// <summary>
/// The configuration cannot be used: the message names the file, the field in it, what is wrong and, where there is one, the way out.
/// Also thrown when a credential plugin fails.
/// </summary>
public sealed class KubernetesConfigurationException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">File, field, what is wrong and what to do.</param>
    /// <param name="inner">The failure underneath.</param>
    public KubernetesConfigurationException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
