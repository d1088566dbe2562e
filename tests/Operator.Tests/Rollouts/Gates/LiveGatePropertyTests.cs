using FsCheck;
using FsCheck.Fluent;
using Operator.Api;
using Operator.Rollouts.Gates;

namespace Operator.Tests.Rollouts.Gates;

public class LiveGatePropertyTests
{
    private const double Alpha = 0.01;

    private static readonly Gen<Sample> Samples =
        from canaryTrials in Gen.Choose(1, 3000)
        from ratio in Gen.Elements(1, 3, 9, 99)
        from canaryPermille in Gen.Frequency((4, Gen.Choose(0, 60)), (1, Gen.Choose(0, 1000)))
        from stablePermille in Gen.Frequency((4, Gen.Choose(0, 60)), (1, Gen.Choose(0, 1000)))
        from margin in Gen.Elements(0, 0.005, 0.01, 0.05)
        let stableTrials = (long)canaryTrials * ratio
        select new Sample(
            new RateCounts((long)canaryTrials * canaryPermille / 1000, canaryTrials),
            new RateCounts(stableTrials * stablePermille / 1000, stableTrials),
            margin,
            1.0 / (1 + ratio));

    [Fact]
    public void The_same_counts_give_the_same_evaluation() => Holds(600, s =>
        Equals(Evaluate(s), Evaluate(s with { Canary = new RateCounts(s.Canary.Events, s.Canary.Trials) })));

    [Fact]
    public void The_order_in_which_limiters_are_added_is_irrelevant() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(7, 11),
        Prop.ForAll(Gen.ListOf(Gen.Choose(0, 50)).ToArbitrary(), parts =>
        {
            var counts = parts.Select(p => new RateCounts(p, 2L * p)).ToArray();
            var forward = counts.Aggregate(default(RateCounts), RateCounts.Add);
            var backward = counts.Reverse().Aggregate(default(RateCounts), RateCounts.Add);
            return forward == backward && forward.IsValid;
        }));

    [Fact]
    public void More_errors_of_the_canary_never_take_a_failure_back() => Holds(3000, s =>
        s.Canary.Events == s.Canary.Trials
        || Judge(s).Verdict != Verdict.Fail
        || Judge(s with { Canary = s.Canary with { Events = s.Canary.Events + 1 } }).Verdict == Verdict.Fail);

    [Fact]
    public void More_good_answers_of_the_canary_never_make_a_failure() => Holds(3000, s =>
        Judge(s).Verdict == Verdict.Fail
        || Judge(s with { Canary = s.Canary with { Trials = s.Canary.Trials + 1 } }).Verdict != Verdict.Fail);

    [Fact]
    public void A_canary_no_worse_than_stable_never_fails() => Holds(2000, s =>
        s.Canary.Rate > s.Stable.Rate + s.Margin || Judge(s).Verdict != Verdict.Fail);

    [Fact]
    public void Harm_and_its_absence_are_never_both_shown() => Holds(1500, s =>
    {
        var test = new RateIncreaseTest(s.Canary, s.Stable, s.Margin, s.Weight);
        return !(test.ShowsHarm(Alpha) && test.ShowsNoHarm(Alpha));
    });

    [Fact]
    public void The_interval_holds_the_estimate_and_agrees_with_the_verdict() => Holds(250, s =>
    {
        var evaluation = Evaluate(s);
        var interval = evaluation.Interval!.Value;
        return interval.Contains(evaluation.Estimate!.Value)
            && interval.Lower >= -1 && interval.Upper <= 1
            && (evaluation.Verdict == Verdict.Fail ? interval.Lower >= s.Margin : interval.Lower <= s.Margin);
    });

    [Fact]
    public void A_smaller_alpha_gives_a_wider_interval() => Holds(150, s =>
    {
        var test = new RateIncreaseTest(s.Canary, s.Stable, s.Margin, s.Weight);
        var (wide, narrow) = (test.Interval(0.001), test.Interval(0.05));
        // The ends are found to a part of their distance from the estimate.
        var slack = 0.03 * (wide.Upper - wide.Lower);
        return wide.Lower <= narrow.Lower + slack && wide.Upper >= narrow.Upper - slack;
    });

    [Fact]
    public void Errors_and_successes_exchanged_mirror_the_tests() => Holds(400, s =>
    {
        var test = new RateIncreaseTest(s.Canary, s.Stable, s.Margin, s.Weight);
        var mirror = new RateIncreaseTest(s.Canary.Complement, s.Stable.Complement, -s.Margin, s.Weight);
        return test.ShowsHarm(Alpha) == mirror.ShowsNoHarm(Alpha) && test.ShowsNoHarm(Alpha) == mirror.ShowsHarm(Alpha);
    });

    [Fact]
    public void Nonsense_is_never_a_verdict_on_the_canary() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2000).WithReplay(5, 9),
        Prop.ForAll(
            Gen.Elements(-5L, -1L, 0L, 1L, 7L, long.MaxValue, long.MinValue).ArrayOf(4).ToArbitrary(),
            n =>
            {
                var canary = new RateCounts(n[0], n[1]);
                var stable = new RateCounts(n[2], n[3]);
                var verdict = Judge(new Sample(canary, stable, 0.01, 0.1)).Verdict;
                return canary.IsValid && stable.IsValid ? verdict != Verdict.EvaluatorError : verdict == Verdict.EvaluatorError;
            }));

    private static GateEvaluation Evaluate(Sample s) => LiveGateEvaluator.Evaluate(s.Gate, s.Observation, GateErrorBudget.Whole);

    private static GateEvaluation Judge(Sample s) => LiveGateEvaluator.Judge(s.Gate, s.Observation, GateErrorBudget.Whole);

    private static void Holds(int cases, Func<Sample, bool> property) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(cases).WithReplay(31, 37), Prop.ForAll(Samples.ToArbitrary(), property));

    public sealed record Sample(RateCounts Canary, RateCounts Stable, double Margin, double Weight)
    {
        public LiveGate Gate => new(LiveMetricDefinition.Of(LiveMetric.ErrorRate), LiveLimitKind.MaxIncrease, Margin) { MinRequests = 1 };

        public GateObservation Observation => new(TimeSpan.FromHours(1), Weight, new MeasuredRate(Canary, Stable));
    }
}
