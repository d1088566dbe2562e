using System.Text.Json.Serialization;
using Operator.Kubernetes.Models;

namespace Operator.Kubernetes.Serialization;

/// <summary>JSON metadata of the built-in models.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PartialObjectMetadata))]
[JsonSerializable(typeof(V1Scale))]
[JsonSerializable(typeof(V1Status))]
internal sealed partial class KubernetesJsonContext : JsonSerializerContext;
