using System.Globalization;

namespace Benchmarks.Limiter;

/// <summary>One round on one target: times in milliseconds, rates in requests a second.</summary>
/// <param name="LightP50">At a rate that leaves every one of them idle most of the time.</param>
/// <param name="Reached">How many of the plain requests at a steady rate were answered in a second.</param>
/// <param name="StreamReached">How many of the streams.</param>
/// <param name="PerSecond">As fast as answers come.</param>
/// <param name="PerCpuSecond">Requests for a second of CPU time of the proxy; 0 without one.</param>
internal sealed record Measured(double LightP50, double P50, double P99, double StreamP50, double StreamP99, double Reached, double StreamReached, double PerSecond, double PerCpuSecond)
{
    public static Measured Median(IReadOnlyList<Measured> rounds)
    {
        double Of(Func<Measured, double> value) => rounds.Select(value).Order().ElementAt(rounds.Count / 2);
        return new(Of(m => m.LightP50), Of(m => m.P50), Of(m => m.P99), Of(m => m.StreamP50), Of(m => m.StreamP99), Of(m => m.Reached), Of(m => m.StreamReached), Of(m => m.PerSecond), Of(m => m.PerCpuSecond));
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"p50 {LightP50:0.00} ms at {LimiterBenchmark.LightRate}/s; {P50:0.00} ms, p99 {P99:0.00} ms, streams {StreamP50:0.00} ms and {StreamP99:0.00} ms, reached {Reached:0}/s and {StreamReached:0}/s, at most {PerSecond:0}/s, {PerCpuSecond:0} for a CPU second");
}
