using System.Text.Json.Serialization;

namespace Operator.Kubernetes.Models;

/// <summary>Which labels an object must have: all requirements together. An empty selector matches everything.</summary>
public sealed class V1LabelSelector : KubernetesModel
{
    /// <summary>Labels that must be present with these values.</summary>
    public IDictionary<string, string>? MatchLabels { get; set; }

    /// <summary>Further requirements.</summary>
    public IList<V1LabelSelectorRequirement>? MatchExpressions { get; set; }
}

/// <summary>A requirement on one label.</summary>
public sealed class V1LabelSelectorRequirement : KubernetesModel
{
    /// <summary>The label's key.</summary>
    public string? Key { get; set; }

    /// <summary><c>In</c>, <c>NotIn</c>, <c>Exists</c> or <c>DoesNotExist</c>.</summary>
    [JsonPropertyName("operator")]
    public string? OperatorProperty { get; set; }

    /// <summary>The values, for <c>In</c> and <c>NotIn</c>.</summary>
    public IList<string>? Values { get; set; }
}
