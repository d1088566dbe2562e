using System.Text.Json.Serialization;
using Operator.Api.Validation;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;

namespace Operator.Api;

/// <summary>How the prompt of a revision reaches a request.</summary>
[JsonConverter(typeof(NamedEnumConverter<PromptDelivery>))]
public enum PromptDelivery
{
    /// <summary>The limiter puts the prompt into the request as its first system block, marked for caching.</summary>
    Inject,

    /// <summary>The tool reads name and version from the limiter's flag endpoint and sends the prompt itself.</summary>
    Flag,
}

/// <summary>A prompt and one version of it: a ConfigMap of the same namespace that carries both as labels.</summary>
public sealed class PromptReference : KubernetesModel
{
    /// <summary>The prompt's name: the value of the label <c>claudeops.dev/prompt</c>.</summary>
    [Required, Pattern(TextRules.LabelValuePattern), Length(1, TextRules.LabelLength)]
    public string Name { get; set; } = "";

    /// <summary>The version: the value of the label <c>claudeops.dev/prompt-version</c>. Exactly one ConfigMap must carry both.</summary>
    [Required, Pattern(TextRules.LabelValuePattern), Length(1, TextRules.LabelLength)]
    public string Version { get; set; } = "";

    /// <summary>How the prompt reaches a request.</summary>
    [Default("Inject")]
    public PromptDelivery Delivery { get; set; } = PromptDelivery.Inject;
}
