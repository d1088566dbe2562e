namespace Operator.Quotas;

/// <summary>What is wrong with a quota.</summary>
/// <param name="Reason">One CamelCase word of <see cref="QuotaReasons"/>.</param>
/// <param name="Path">The field, such as <c>spec.share.guarantee</c>.</param>
/// <param name="Message">What is wrong and what to do, in a sentence.</param>
/// <param name="IsError">Whether the quota is not accepted for it; otherwise it works, and people should know.</param>
public sealed record QuotaFinding(string Reason, string Path, string Message, bool IsError)
{
    /// <summary>Path and message.</summary>
    public override string ToString() => $"{Path}: {Message}";
}

/// <summary>Reasons of findings and of refused bindings.</summary>
public static class QuotaReasons
{
    /// <summary>The parent does not exist.</summary>
    public const string ParentMissing = "ParentMissing";

    /// <summary>The parent does not allow the namespace.</summary>
    public const string ParentForbidden = "ParentForbidden";

    /// <summary>The quota is its own ancestor.</summary>
    public const string Cyclic = "QuotaCyclic";

    /// <summary>The way to the root is too long.</summary>
    public const string TooDeep = "QuotaTooDeep";

    /// <summary>An ancestor is not in any tree.</summary>
    public const string ParentRejected = "ParentRejected";

    /// <summary>The guarantees of the children add up to more than there is.</summary>
    public const string Overcommitted = "QuotaOvercommitted";

    /// <summary>A value cannot be understood.</summary>
    public const string InvalidValue = "InvalidValue";

    /// <summary>Several limits are given for one model group.</summary>
    public const string DuplicateLimits = "DuplicateLimits";

    /// <summary>One entry names models of several groups.</summary>
    public const string LimitSpansGroups = "LimitSpansGroups";

    /// <summary>A model is not in the catalogue.</summary>
    public const string UnknownModel = "UnknownModel";

    /// <summary>There is neither a declared nor a published limit.</summary>
    public const string NoLimits = "NoLimits";

    /// <summary>The quota does not exist.</summary>
    public const string QuotaMissing = "QuotaMissing";

    /// <summary>The quota does not allow the namespace.</summary>
    public const string QuotaForbidden = "QuotaForbidden";

    /// <summary>The quota has errors.</summary>
    public const string QuotaRejected = "QuotaRejected";
}
