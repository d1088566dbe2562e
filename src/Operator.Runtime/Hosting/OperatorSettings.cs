namespace Operator.Runtime.Hosting;

/// <summary>What is the same for every controller of an operator.</summary>
public sealed class OperatorSettings
{
    /// <summary>The name of the operator: the prefix of field managers and the reporter of events. DNS-1123 label.</summary>
    public string Name { get; set; } = "operator";

    /// <summary>The namespace that informers are limited to; null watches all namespaces.</summary>
    public string? Namespace { get; set; }
}
