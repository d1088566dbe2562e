using Operator.Api;
using Operator.Rollouts.Gates;

namespace Benchmarks.Gates;

/// <summary>Two streams of requests with a true rate each, split at random.</summary>
internal sealed record RateScenario(double Canary, double Stable, double Weight, double Margin)
{
    /// <summary>Share that really goes to the canary, when it differs from the declared weight.</summary>
    public double? ActualWeight { get; init; }

    /// <summary>How many canary requests the report of stable lags behind.</summary>
    public int StableLag { get; init; }

    /// <summary>Rate that both have instead, in every second block of this many canary requests.</summary>
    public (double Rate, int Block)? Incident { get; init; }

    /// <summary>The verdict that ends a run.</summary>
    public Verdict Until { get; init; } = Verdict.Fail;

    private LiveGate Gate => new(LiveMetricDefinition.Of(LiveMetric.ErrorRate), LiveLimitKind.MaxIncrease, Margin)
    {
        MinRequests = 1,
        Proof = Until == Verdict.Pass ? Proof.NonInferior : Proof.NoHarm,
    };

    /// <summary>Canary requests at the first such verdict with a look before and after every canary request.</summary>
    public int? Run(Draw draw, int horizon)
    {
        var gate = Gate;
        var canary = default(RateCounts);
        var stable = default(RateCounts);
        var late = new Queue<RateCounts>();
        for (var n = 1; n <= horizon; n++)
        {
            var incident = Incident is { } i && n / i.Block % 2 == 1 ? i.Rate : (double?)null;
            var gap = draw.Geometric(ActualWeight ?? Weight);
            late.Enqueue(new RateCounts(draw.Binomial(gap, incident ?? Stable), gap));
            if (late.Count > StableLag)
            {
                stable += late.Dequeue();
            }
            if (n > 1 && Ends(gate, canary, stable))
            {
                return n - 1;
            }
            canary += new RateCounts(draw.Bernoulli(incident ?? Canary) ? 1 : 0, 1);
            if (Ends(gate, canary, stable))
            {
                return n;
            }
        }
        return null;
    }

    private bool Ends(LiveGate gate, RateCounts canary, RateCounts stable)
    {
        // The message of an evaluation costs more than its statistic: looks that cannot end the run skip it by the same rule that the gate uses.
        var difference = canary.Rate - stable.Rate;
        if (Until == Verdict.Fail ? difference <= Margin : difference >= Margin)
        {
            return false;
        }
        var test = new RateIncreaseTest(canary, stable, Margin, Weight);
        if (!(Until == Verdict.Fail ? test.ShowsHarm(0.01) : test.ShowsNoHarm(0.01)))
        {
            return false;
        }
        var observation = new GateObservation(TimeSpan.FromHours(1), Weight, new MeasuredRate(canary, stable));
        return LiveGateEvaluator.Judge(gate, observation, GateErrorBudget.Whole).Verdict == Until;
    }
}
