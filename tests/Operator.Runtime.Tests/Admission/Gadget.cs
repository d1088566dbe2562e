using System.Text.Json.Serialization;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;

namespace Operator.Runtime.Tests.Admission;

[KubernetesEntity(Group = "tests.dev", ApiVersion = "v1", Kind = "Gadget", PluralName = "gadgets")]
public sealed class Gadget : CustomKubernetesEntity<GadgetSpec>;

/// <summary>Deliberately without a place for unknown fields.</summary>
public sealed class GadgetSpec
{
    public int Size { get; set; }

    public string? Color { get; set; }

    public IList<GadgetPart>? Parts { get; set; }
}

public sealed class GadgetPart
{
    public string? Name { get; set; }

    public int Count { get; set; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Gadget))]
internal sealed partial class GadgetJson : JsonSerializerContext;
