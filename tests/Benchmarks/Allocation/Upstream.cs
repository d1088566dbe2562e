namespace Benchmarks.Allocation;

/// <summary>What the API counts: requests and input when they arrive, output while it is produced; in tenths of a second.</summary>
internal sealed class Upstream(Scenario scenario)
{
    private const int PerSecond = 10;
    private const double FirstToken = 0.5;
    private const double TokensPerSecond = 80;
    private readonly double[][] _counts = [.. Enumerable.Range(0, 3).Select(_ => new double[((int)scenario.Seconds + 900) * PerSecond])];

    /// <summary>When an answer with so many tokens is complete.</summary>
    public static double Done(double start, int output) => start + FirstToken + (output / TokensPerSecond);

    public void Accept(Arrival request, double now)
    {
        var tick = (int)(now * PerSecond);
        _counts[0][tick]++;
        _counts[1][tick] += request.Input;
        var from = now + FirstToken;
        var until = Done(now, request.Output);
        for (var t = (int)(from * PerSecond); t <= (int)(until * PerSecond) && t < _counts[2].Length; t++)
        {
            var overlap = Math.Min(until, (t + 1.0) / PerSecond) - Math.Max(from, (double)t / PerSecond);
            if (overlap > 0) _counts[2][t] += overlap * TokensPerSecond;
        }
    }

    /// <summary>The largest sum over any sixty seconds between two times, against the limit a minute, in the worst dimension.</summary>
    public double WorstWindow(double from, double to) => Worst(from, to).Share;

    /// <summary>The sixty seconds between two times that hold the most, against the limit a minute: how much, of which dimension, and where they begin.</summary>
    public (double Share, int Dimension, double From) Worst(double from, double to)
    {
        var worst = (Share: 0.0, Dimension: 0, From: from);
        for (var d = 0; d < 3; d++)
        {
            var sum = 0.0;
            for (var t = (int)(from * PerSecond); t < (int)(to * PerSecond); t++)
            {
                sum += _counts[d][t];
                var leaves = t - (60 * PerSecond);
                if (leaves >= (int)(from * PerSecond)) sum -= _counts[d][leaves];
                var share = sum / scenario.Limits[d];
                if (share > worst.Share) worst = (share, d, Math.Max(from, (leaves + 1.0) / PerSecond));
            }
        }
        return worst;
    }

    /// <summary>What was used of the tightest dimension between two times, against its limit.</summary>
    public double Utilisation(double from, double to)
    {
        var sum = 0.0;
        for (var t = (int)(from * PerSecond); t < (int)(to * PerSecond); t++) sum += _counts[scenario.Tightest][t];
        return sum / (scenario.Limits[scenario.Tightest] / 60 * (to - from));
    }
}
