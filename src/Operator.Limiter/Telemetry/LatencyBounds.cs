using Operator.Contract;

namespace Operator.Limiter.Telemetry;

/// <summary>
/// Which buckets of what is measured are told outside: every eighth, so that their bounds stand a factor of about two apart, from 2 ms
/// to half an hour.
/// </summary>
internal static class LatencyBounds
{
    private const int Every = 8;

    /// <summary>Whether the bound of a bucket is told.</summary>
    public static bool IsTold(int bucket) => bucket % Every == Every - 1 && bucket < LatencyHistogram.BucketCount - 1;

    /// <summary>The bounds in seconds.</summary>
    public static IReadOnlyList<double> Seconds() =>
        [.. Enumerable.Range(0, LatencyHistogram.BucketCount).Where(IsTold).Select(i => LatencyHistogram.UpperBoundOf(i).TotalSeconds)];
}
