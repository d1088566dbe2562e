using Operator.Contract;
using Operator.Quotas;
using Operator.Runtime.Caching;

namespace Operator.Limiters.Reports;

/// <summary>What limiters tell, in the form that is calculated with. What cannot be is nothing: one limiter must not spoil the sums of all.</summary>
internal static class Measured
{
    private const double Most = 1e12;

    /// <summary>An amount or a rate that was measured: finite and not negative.</summary>
    public static ResourceVector Amount(Amounts? told) =>
        told is null ? ResourceVector.Zero : new(One(told.Requests), One(told.InputTokens), One(told.OutputTokens));

    /// <summary>A quota's key; null when it is none.</summary>
    public static ObjectKey? Quota(string? text) =>
        text?.Split('/') is [{ Length: > 0 } space, { Length: > 0 } name] ? new ObjectKey(space, name) : null;

    private static double One(double? value) => value is > 0 ? Math.Min(value.Value, Most) : 0;
}
