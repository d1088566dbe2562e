using Operator.Kubernetes.Models;

namespace Operator.Api.Validation;

/// <summary>Tells everything that is wrong or unwise about a ClaudeQuota by itself. Pure; never throws for any object.</summary>
/// <remarks>What concerns its parent and siblings (permission, cycles, guarantees that add up) is the quota tree's.</remarks>
public static class ClaudeQuotaValidation
{
    /// <summary>Validates an object.</summary>
    /// <param name="entity">Any object, however broken.</param>
    /// <param name="context">The catalogue and the time; null for neither.</param>
    public static Findings Validate(ClaudeQuota entity, ValidationContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(entity);
        var found = new FindingCollector();
        if (!ObjectRules.Check(found, entity.Metadata, entity.Spec, entity.Unreadable)) return found.Result;
        context ??= ValidationContext.Offline;
        found.Unknown("spec", entity.Spec);
        Tree(found, entity.Metadata, entity.Spec);
        LimitRules.Check(found, entity.Spec, context);
        if (entity.Spec.Lanes is { } lanes) LaneRules.Check(found, "spec.lanes", lanes, context);
        SpendRules.Check(found, entity.Spec);
        Source(found, entity.Spec);
        return found.Result;
    }

    /// <summary>Validates a change of an object. One that leaves the spec as it was is always allowed: metadata must stay editable.</summary>
    /// <param name="stored">The object as it is.</param>
    /// <param name="entity">The object as it would be.</param>
    /// <param name="context">The catalogue and the time; null for neither.</param>
    public static Findings ValidateUpdate(ClaudeQuota stored, ClaudeQuota entity, ValidationContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(stored);
        ArgumentNullException.ThrowIfNull(entity);
        var readable = stored.Unreadable is null && entity.Unreadable is null;
        var same = readable && ObjectRules.SameSpec(stored.Spec, entity.Spec, ApiJsonContext.Default.ClaudeQuotaSpec);
        return same ? Findings.None : Validate(entity, context);
    }

    private static void Tree(FindingCollector found, V1ObjectMeta? metadata, ClaudeQuotaSpec spec)
    {
        if (spec.ParentRef is { } parent)
        {
            ReferenceRules.Quota(found, "spec.parentRef", parent);
            var sameNamespace = string.IsNullOrEmpty(parent.NamespaceProperty) || parent.NamespaceProperty == metadata?.NamespaceProperty;
            if (sameNamespace && !string.IsNullOrEmpty(parent.Name) && parent.Name == metadata?.Name)
            {
                found.Invalid("spec.parentRef", "names this quota itself; name the quota above it, or none for an organization");
            }
            if (spec.Tier is not null) found.Forbidden("spec.tier",
                "is the organization's and stands on the quota without a parent only; remove it here");
        }
        else if (spec.Share is not null)
        {
            found.Forbidden("spec.share",
                "is a part of a parent's capacity, but there is no parent; name it in parentRef, or remove the share");
        }
        if (spec.Share is { } share) Share(found, "spec.share", share);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (path, name) in found.Items("spec.allowedNamespaces", spec.AllowedNamespaces, Limits.AllowedNamespaces))
        {
            if (name != "*") TextRules.DnsLabel(found, path, name);
            if (!seen.Add(name)) found.Duplicate(path, $"{FindingCollector.Quote(name)} stands in the list already; remove one of them");
        }
    }

    private static void Share(FindingCollector found, string path, ShareSpec share)
    {
        found.Unknown(path, share);
        var guarantee = ValueRules.Percent(found, path + ".guarantee", share.Guarantee);
        var borrowing = ValueRules.Percent(found, path + ".borrowing", share.Borrowing);
        if (guarantee + borrowing > 10_000)
        {
            found.Invalid(path + ".borrowing",
                $"and the guarantee add up to {(guarantee + borrowing) / 100}%, more than the parent has; lower one of them, or leave borrowing out to use all that is free");
        }
        ValueRules.Count(found, path + ".weight", share.Weight, 1, Limits.ShareWeight);
    }

    private static void Source(FindingCollector found, ClaudeQuotaSpec spec)
    {
        if (spec.CredentialsRef is { } credentials)
        {
            found.Unknown("spec.credentialsRef", credentials);
            TextRules.ObjectName(found, "spec.credentialsRef.secretName", credentials.SecretName);
            TextRules.SecretKey(found, "spec.credentialsRef.key", credentials.Key);
        }
        found.Defined("spec.source", spec.Source);
        if (spec.Source != LimitSource.RateLimitsApi) return;
        if (spec.ParentRef is not null) found.Forbidden("spec.source",
            "RateLimitsApi reads the limits of an organization, which a quota without a parent stands for; set it there");
        else if (spec.CredentialsRef is null) found.Required("spec.credentialsRef",
            "is needed by source RateLimitsApi; name the Secret with the key");
    }
}
