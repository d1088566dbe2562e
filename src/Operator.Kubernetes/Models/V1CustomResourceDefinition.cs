using System.Text.Json;
using System.Text.Json.Serialization;
using Operator.Kubernetes.Serialization;

namespace Operator.Kubernetes.Models;

/// <summary>A kind that is added to the API.</summary>
[KubernetesEntity(Group = "apiextensions.k8s.io", ApiVersion = "v1", Kind = "CustomResourceDefinition", PluralName = "customresourcedefinitions")]
[EntityScope(EntityScope.Cluster)]
public sealed class V1CustomResourceDefinition : KubernetesObject, ISpec<V1CustomResourceDefinitionSpec>
{
    /// <summary>The kind.</summary>
    public V1CustomResourceDefinitionSpec Spec { get; set; } = new();

    /// <summary>Whether it is served.</summary>
    public V1CustomResourceDefinitionStatus? Status { get; set; }
}

/// <summary>A kind that is added to the API.</summary>
public sealed class V1CustomResourceDefinitionSpec : KubernetesModel
{
    /// <summary>Its group.</summary>
    public string Group { get; set; } = "";

    /// <summary>Its names.</summary>
    public V1CustomResourceDefinitionNames Names { get; set; } = new();

    /// <summary><c>Namespaced</c> or <c>Cluster</c>.</summary>
    public string Scope { get; set; } = "";

    /// <summary>Its versions; exactly one is stored.</summary>
    public IList<V1CustomResourceDefinitionVersion>? Versions { get; set; }

    /// <summary>How versions become each other.</summary>
    public V1CustomResourceConversion? Conversion { get; set; }

    /// <summary>False for every new kind.</summary>
    public bool? PreserveUnknownFields { get; set; }
}

/// <summary>The names of a kind.</summary>
public sealed class V1CustomResourceDefinitionNames : KubernetesModel
{
    /// <summary>The resource name in paths.</summary>
    public string Plural { get; set; } = "";

    /// <summary>The name for one object on the command line.</summary>
    public string? Singular { get; set; }

    /// <summary>Short names on the command line.</summary>
    public IList<string>? ShortNames { get; set; }

    /// <summary>The kind.</summary>
    public string Kind { get; set; } = "";

    /// <summary>The kind of lists.</summary>
    public string? ListKind { get; set; }

    /// <summary>Groups such as <c>all</c>.</summary>
    public IList<string>? Categories { get; set; }
}

/// <summary>One version of a kind.</summary>
public sealed class V1CustomResourceDefinitionVersion : KubernetesModel
{
    /// <summary>The version, such as <c>v1alpha1</c>.</summary>
    public string Name { get; set; } = "";

    /// <summary>Whether it is served.</summary>
    public bool Served { get; set; }

    /// <summary>Whether objects are stored in it.</summary>
    public bool Storage { get; set; }

    /// <summary>Whether its use is warned about.</summary>
    public bool? Deprecated { get; set; }

    /// <summary>The text of that warning.</summary>
    public string? DeprecationWarning { get; set; }

    /// <summary>What objects look like.</summary>
    public V1CustomResourceValidation? Schema { get; set; }

    /// <summary>Status and scale.</summary>
    public V1CustomResourceSubresources? Subresources { get; set; }

    /// <summary>Columns that <c>kubectl get</c> shows.</summary>
    public IList<V1CustomResourceColumnDefinition>? AdditionalPrinterColumns { get; set; }

    /// <summary>Fields that field selectors may name.</summary>
    public IList<V1SelectableField>? SelectableFields { get; set; }
}

/// <summary>A field that field selectors may name.</summary>
public sealed class V1SelectableField : KubernetesModel
{
    /// <summary>Its path.</summary>
    public string JsonPath { get; set; } = "";
}

/// <summary>What objects of a kind look like.</summary>
public sealed class V1CustomResourceValidation : KubernetesModel
{
    /// <summary>The schema.</summary>
    public V1JSONSchemaProps? OpenAPIV3Schema { get; set; }
}

/// <summary>The subresources of a kind.</summary>
public sealed class V1CustomResourceSubresources : KubernetesModel
{
    /// <summary>Present when status is written on its own.</summary>
    public V1CustomResourceSubresourceStatus? Status { get; set; }

    /// <summary>Present when the kind can be scaled.</summary>
    public V1CustomResourceSubresourceScale? Scale { get; set; }
}

/// <summary>Status is written on its own. It has no fields.</summary>
public sealed class V1CustomResourceSubresourceStatus : KubernetesModel;

/// <summary>Where the parts of the scale stand in an object.</summary>
public sealed class V1CustomResourceSubresourceScale : KubernetesModel
{
    /// <summary>The wanted replicas.</summary>
    public string SpecReplicasPath { get; set; } = "";

    /// <summary>The present replicas.</summary>
    public string StatusReplicasPath { get; set; } = "";

    /// <summary>The selector of the replicas.</summary>
    public string? LabelSelectorPath { get; set; }
}

/// <summary>A column that <c>kubectl get</c> shows.</summary>
public sealed class V1CustomResourceColumnDefinition : KubernetesModel
{
    /// <summary>Its heading.</summary>
    public string Name { get; set; } = "";

    /// <summary><c>string</c>, <c>integer</c>, <c>number</c>, <c>boolean</c> or <c>date</c>.</summary>
    public string Type { get; set; } = "";

    /// <summary>What it shows.</summary>
    public string JsonPath { get; set; } = "";

    /// <summary>The format of the type.</summary>
    public string? Format { get; set; }

    /// <summary>What it means.</summary>
    public string? Description { get; set; }

    /// <summary>Above 0 it is shown with <c>-o wide</c> only.</summary>
    public int? Priority { get; set; }
}

/// <summary>How versions become each other.</summary>
public sealed class V1CustomResourceConversion : KubernetesModel
{
    /// <summary><c>None</c> or <c>Webhook</c>.</summary>
    public string Strategy { get; set; } = "";

    /// <summary>The webhook, as the API writes it.</summary>
    public JsonElement? Webhook { get; set; }
}

/// <summary>Whether a kind is served.</summary>
public sealed class V1CustomResourceDefinitionStatus : KubernetesModel
{
    /// <summary><c>Established</c> and <c>NamesAccepted</c>, among others.</summary>
    public IList<V1CustomResourceDefinitionCondition>? Conditions { get; set; }

    /// <summary>The names that are served.</summary>
    public V1CustomResourceDefinitionNames? AcceptedNames { get; set; }

    /// <summary>Versions in which objects may be stored.</summary>
    public IList<string>? StoredVersions { get; set; }
}

/// <summary>One aspect of a definition's state.</summary>
public sealed class V1CustomResourceDefinitionCondition : KubernetesModel
{
    /// <summary>The aspect, such as <c>Established</c>.</summary>
    public string? Type { get; set; }

    /// <summary><c>True</c>, <c>False</c> or <c>Unknown</c>.</summary>
    public string? Status { get; set; }

    /// <summary>The generation that the observation is about.</summary>
    public long? ObservedGeneration { get; set; }

    /// <summary>When the status last changed.</summary>
    [JsonConverter(typeof(KubernetesTimeConverter))]
    public DateTimeOffset? LastTransitionTime { get; set; }

    /// <summary>The cause in one CamelCase word.</summary>
    public string? Reason { get; set; }

    /// <summary>The cause for people to read.</summary>
    public string? Message { get; set; }
}
