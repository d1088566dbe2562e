using System.Text.Json;
using Operator.Api;
using Operator.Api.Validation;
using Operator.Kubernetes.Models;

namespace Operator.Rollouts.Revisions;

/// <summary>
/// The last valid spec of a deployment, on the canary's revision ConfigMap. A canary stays guarded by the gates and the deadline of
/// that spec while the declared one is not valid; without a copy a restart would forget them.
/// </summary>
internal static class AcceptedSpec
{
    /// <summary>The annotation with the spec as canonical JSON.</summary>
    public const string Annotation = "claudeops.dev/accepted-spec";

    // All annotations of an object together may take 256 KiB.
    private const int Longest = 128 * 1024;

    /// <summary>The annotation's value; null for a spec that does not fit into one.</summary>
    public static string? Write(ClaudeDeploymentSpec spec)
    {
        var text = CanonicalJson.Write(spec, ApiJsonContext.Default.ClaudeDeploymentSpec);
        return text.Length <= Longest ? text : null;
    }

    /// <summary>Whether a revision ConfigMap carries this very spec, or need not.</summary>
    public static bool IsOn(V1ConfigMap map, string? text) => text is null || On(map) == text;

    /// <summary>The spec on a revision ConfigMap; null when it carries none, or none that is valid for the deployment.</summary>
    public static ClaudeDeploymentSpec? Read(V1ConfigMap map, ClaudeDeployment deployment, ValidationContext context)
    {
        if (On(map) is not { } text) return null;
        ClaudeDeploymentSpec? spec;
        try
        {
            spec = JsonSerializer.Deserialize(text, ApiJsonContext.Default.ClaudeDeploymentSpec);
        }
        catch (JsonException)
        {
            // Somebody edited it, or another version wrote what this one cannot read: it is as good as none.
            return null;
        }
        if (spec is null) return null;
        var accepted = new ClaudeDeployment { Metadata = deployment.Metadata, Spec = spec };
        return ClaudeDeploymentValidation.Validate(accepted, context).IsValid ? spec : null;
    }

    private static string? On(V1ConfigMap map) => map.Metadata.Annotations is { } annotations && annotations.TryGetValue(Annotation, out var text) ? text : null;
}
