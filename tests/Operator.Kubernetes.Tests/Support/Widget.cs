using System.Text.Json.Serialization;

namespace Operator.Kubernetes.Tests.Support;

[KubernetesEntity(Group = "example.com", ApiVersion = "v1", Kind = "Widget", PluralName = "widgets")]
public sealed class Widget : CustomKubernetesEntity<Widget.WidgetSpec, Widget.WidgetStatus>
{
    public sealed class WidgetSpec : Operator.Kubernetes.Models.KubernetesModel
    {
        public string? Size { get; set; }

        public int? Replicas { get; set; }
    }

    public sealed class WidgetStatus : Operator.Kubernetes.Models.KubernetesModel
    {
        public int? Ready { get; set; }
    }
}

[JsonSerializable(typeof(Widget))]
public sealed partial class WidgetContext : JsonSerializerContext;
