using Operator.Api;
using Operator.Quotas;
using Operator.Runtime.Caching;

namespace Operator.Injection;

/// <summary>The Secret with the API key for a deployment, or why there is none that its pods can mount.</summary>
/// <param name="Secret">The Secret, in the deployment's namespace; null when there is none.</param>
/// <param name="Reason">Why there is none, in one word.</param>
/// <param name="Message">Why there is none, and what to do.</param>
internal sealed record Credentials(CredentialsReference? Secret, string? Reason, string Message)
{
    public static Credentials Missing(string reason, string message) => new(null, reason, message);
}

/// <summary>
/// Finds the API key of a deployment: <c>credentialsRef</c> of its quota, or of the nearest ancestor that has one. A pod can mount
/// Secrets of its own namespace only, so the quota that names the Secret must be in the pod's namespace; a nearer quota that does so
/// hides those above it. Every step to another namespace needs that one's permission.
/// </summary>
internal static class CredentialLookup
{
    /// <summary>Looks the Secret up.</summary>
    /// <param name="namespace">The namespace of pod and deployment.</param>
    /// <param name="reference">The deployment's quota.</param>
    /// <param name="quotas">Finds a quota.</param>
    public static Credentials Find(string @namespace, QuotaReference? reference, Func<ObjectKey, ClaudeQuota?> quotas)
    {
        var from = @namespace;
        for (var depth = 0; depth < QuotaTree.MaxDepth; depth++)
        {
            if (string.IsNullOrEmpty(reference?.Name)) return Credentials.Missing("QuotaMissing", "it names no ClaudeQuota in spec.quotaRef");
            var key = new ObjectKey(string.IsNullOrEmpty(reference.NamespaceProperty) ? from : reference.NamespaceProperty, reference.Name);
            var quota = quotas(key);
            if (quota is null || !QuotaTree.Allows(quota, from))
            {
                return key.Namespace == from
                    ? Credentials.Missing("QuotaMissing", $"there is no ClaudeQuota {key}; create it, then restart the pod")
                    : Credentials.Missing("QuotaMissing", $"there is no ClaudeQuota {key} that allows the namespace {from} in spec.allowedNamespaces");
            }

            if (quota.Spec?.CredentialsRef is { } secret && !string.IsNullOrEmpty(secret.SecretName)) return Mountable(@namespace, key, secret);
            if (quota.Spec?.ParentRef is null)
            {
                return Credentials.Missing(
                    "CredentialsMissing", $"neither its ClaudeQuota nor one above it names an API key; set spec.credentialsRef of a ClaudeQuota in the namespace {@namespace}");
            }

            (from, reference) = (key.Namespace!, quota.Spec.ParentRef);
        }

        return Credentials.Missing("QuotaMissing", $"the way up from its ClaudeQuota is longer than {QuotaTree.MaxDepth} quotas or goes in a circle");
    }

    private static Credentials Mountable(string @namespace, ObjectKey quota, CredentialsReference secret) => quota.Namespace == @namespace
        ? new Credentials(secret, null, "")
        : Credentials.Missing(
            "CredentialsElsewhere",
            $"its API key is named by ClaudeQuota {quota}, and a pod of {@namespace} cannot mount a Secret of {quota.Namespace}; "
            + $"give a ClaudeQuota in {@namespace} (its parentRef may be {quota}) a spec.credentialsRef of its own");
}
