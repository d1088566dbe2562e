namespace Operator.Testing.Clusters;

/// <summary>A process of the control plane ended or did not become ready; the message carries the end of its log.</summary>
public sealed class EnvTestStartException(string message) : Exception(message);
