using System.Text.Json.Serialization;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;

namespace Operator.Runtime.Tests.Admission;

[KubernetesEntity(Group = "tests.dev", ApiVersion = "v1", Kind = "Gizmo", PluralName = "gizmos")]
public sealed class Gizmo : CustomKubernetesEntity<GizmoSpec>;

/// <summary>Deliberately without a place for unknown fields.</summary>
public sealed class GizmoSpec
{
    public int Size { get; set; }

    public string? Color { get; set; }

    public IList<GizmoPart>? Parts { get; set; }
}

public sealed class GizmoPart
{
    public string? Name { get; set; }

    public int Count { get; set; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Gizmo))]
internal sealed partial class GizmoJson : JsonSerializerContext;
