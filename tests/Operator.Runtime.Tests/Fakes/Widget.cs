using Operator.Kubernetes;
using Operator.Kubernetes.Models;

namespace Operator.Runtime.Tests.Fakes;

[KubernetesEntity(Group = "test.dev", ApiVersion = "v1", Kind = "Widget", PluralName = "widgets")]
public sealed class Widget : CustomKubernetesEntity<WidgetSpec, WidgetStatus>
{
    public static Widget Named(string name, string? @namespace = "default", long value = 0) => new()
    {
        ApiVersion = "test.dev/v1",
        Kind = "Widget",
        Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = @namespace },
        Spec = new WidgetSpec { Value = value },
    };
}

public sealed class WidgetSpec
{
    public long Value { get; set; }

    public string? GadgetRef { get; set; }
}

public sealed class WidgetStatus
{
    public long? ObservedValue { get; set; }

    public long? Writes { get; set; }

    public IList<V1Condition>? Conditions { get; set; }
}

[KubernetesEntity(Group = "test.dev", ApiVersion = "v1", Kind = "Gadget", PluralName = "gadgets")]
public sealed class Gadget : CustomKubernetesEntity<GadgetSpec>
{
    public static Gadget Named(string name, string? @namespace = "default", string? text = null) => new()
    {
        Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = @namespace },
        Spec = new GadgetSpec { Text = text },
    };
}

public sealed class GadgetSpec
{
    public string? Text { get; set; }

    public IList<string>? Parts { get; set; }
}
