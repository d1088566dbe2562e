namespace Operator.LocalCluster.Admission;

/// <summary>A webhook could not be called, or its answer makes no sense. The failure policy decides what follows.</summary>
internal sealed class WebhookFailure(string message) : Exception(message);
