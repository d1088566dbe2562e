using Operator.Contract;
using Operator.Quotas;

namespace Operator.Limiters.Reports;

/// <summary>Limits as the API's headers tell them.</summary>
internal static class ObservedHeaders
{
    /// <summary>What is known with the limits of a group; the same object when nothing differs.</summary>
    public static ObservedLimits With(ObservedLimits known, string group, Amounts limits)
    {
        var clean = new Amounts(Limit(limits.Requests), Limit(limits.InputTokens), Limit(limits.OutputTokens));
        if (clean is { Requests: null, InputTokens: null, OutputTokens: null }) return known;
        if (known.Headers.TryGetValue(group, out var before))
        {
            clean = new Amounts(clean.Requests ?? before.Requests, clean.InputTokens ?? before.InputTokens, clean.OutputTokens ?? before.OutputTokens);
            if (clean == before) return known;
        }
        return known with { Headers = new Dictionary<string, Amounts>(known.Headers, StringComparer.Ordinal) { [group] = clean } };
    }

    /// <summary>A limit of nothing, or one that is no number, is no limit that was told.</summary>
    private static double? Limit(double? value) => value is > 0 and < 1e15 ? value : null;
}
