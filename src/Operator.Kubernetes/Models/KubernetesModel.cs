using System.Text.Json;
using System.Text.Json.Serialization;

namespace Operator.Kubernetes.Models;

/// <summary>
/// Base of all models: fields that a type does not declare are kept and written back, so that an update never
/// drops what a newer API server or another controller knows.
/// </summary>
public abstract class KubernetesModel
{
    /// <summary>Fields of the JSON object that the type does not declare; null when there are none.</summary>
    // The name is never read or written; it only keeps this property apart from a field that is called the same, as schemas have.
    [JsonExtensionData, JsonPropertyName("$unknown")]
    public IDictionary<string, JsonElement>? AdditionalProperties { get; set; }
}
