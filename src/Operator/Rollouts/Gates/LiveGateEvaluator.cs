using System.Globalization;
using Operator.Api;

namespace Operator.Rollouts.Gates;

/// <summary>Judges live gates. Pure: the same gate, counts and budget give the same evaluation, whatever was looked at before.</summary>
public static class LiveGateEvaluator
{
    /// <summary>The verdict with estimate and interval.</summary>
    /// <param name="gate">The gate.</param>
    /// <param name="observation">Cumulative counts of the window.</param>
    /// <param name="budget">How α is shared.</param>
    public static GateEvaluation Evaluate(LiveGate gate, GateObservation observation, GateErrorBudget budget) =>
        Evaluate(gate, observation, budget, withInterval: true);

    /// <summary>The verdict with the estimate and without the interval, which is most of the work: for looks that write no status.</summary>
    /// <param name="gate">The gate.</param>
    /// <param name="observation">Cumulative counts of the window.</param>
    /// <param name="budget">How α is shared.</param>
    public static GateEvaluation Judge(LiveGate gate, GateObservation observation, GateErrorBudget budget) =>
        Evaluate(gate, observation, budget, withInterval: false);

    private static GateEvaluation Evaluate(LiveGate gate, GateObservation observation, GateErrorBudget budget, bool withInterval)
    {
        ArgumentNullException.ThrowIfNull(gate);
        ArgumentNullException.ThrowIfNull(observation);
        var alpha = budget.PerTest;
        var requests = observation.Measured.CanaryRequests;
        GateEvaluation Without(Verdict verdict, GateReason reason, string message) =>
            GateEvaluation.Without(verdict, reason, message, Math.Max(0, requests), gate.Limit);

        if (gate.Problem() is { } problem)
        {
            return Without(Verdict.EvaluatorError, GateReason.InvalidGate, problem);
        }
        if (!(alpha > 0 && alpha < 1) || !(observation.CanaryWeight > 0 && observation.CanaryWeight <= 1))
        {
            return Without(
                Verdict.EvaluatorError,
                GateReason.InvalidGate,
                $"{gate.Metric.Name}: the error probability must lie between 0 and 1 and the weight above 0 and up to 1; they are {alpha} and {observation.CanaryWeight}");
        }
        var (test, verdict) = LiveTestFactory.Create(gate, observation, alpha);
        if (verdict?.Verdict == Verdict.EvaluatorError)
        {
            return verdict;
        }
        if (observation.Elapsed < gate.Warmup)
        {
            return Without(Verdict.Continue, GateReason.WarmingUp, $"{gate.Metric.Name}: warmup of {gate.Warmup} is not over");
        }
        if (requests == 0)
        {
            return Without(Verdict.InsufficientData, GateReason.TooFewRequests, $"{gate.Metric.Name}: the canary has no requests yet");
        }
        if (gate.LimitKind == LiveLimitKind.MaxIncrease && observation.Measured.StableRequests == 0)
        {
            return Without(Verdict.InsufficientData, GateReason.NothingToCompare, $"{gate.Metric.Name}: stable has no requests in this window to compare with");
        }
        return test is null ? verdict! : Judge(gate, test, requests, alpha, withInterval);
    }

    private static GateEvaluation Judge(LiveGate gate, LiveTest test, long requests, double alpha, bool withInterval)
    {
        var (verdict, reason) = test.ShowsHarm(alpha) ? (Verdict.Fail, GateReason.HarmShown)
            : requests < gate.MinRequests ? (Verdict.InsufficientData, GateReason.TooFewRequests)
            : gate.Proof == Proof.NoHarm ? (Verdict.Pass, GateReason.NoHarmShown)
            : test.ShowsNoHarm(alpha) ? (Verdict.Pass, GateReason.NonInferiorityShown)
            : (Verdict.Continue, GateReason.NotYetProven);
        GateInterval? interval = withInterval ? test.Interval(alpha) : null;
        return new GateEvaluation(
            verdict, reason, Message(gate, test, reason, interval, requests), test.Estimate, interval, requests, test.Threshold);
    }

    private static string Message(LiveGate gate, LiveTest test, GateReason reason, GateInterval? interval, long requests)
    {
        var subject = gate.LimitKind switch
        {
            LiveLimitKind.MaxIncrease when gate.Metric.Kind != LiveMetricKind.Quantile => gate.Metric.Name + " against stable",
            LiveLimitKind.MaxIncrease => gate.Metric.Name + ": share of requests beyond stable's quantile and tolerance",
            _ when gate.Metric.Kind == LiveMetricKind.Quantile => string.Create(CultureInfo.InvariantCulture, $"{gate.Metric.Name}: share of requests slower than {gate.Limit:0.###} s"),
            _ => gate.Metric.Name,
        };
        var range = interval is { } i ? string.Create(CultureInfo.InvariantCulture, $" (between {i.Lower:0.#####} and {i.Upper:0.#####})") : "";
        var meaning = reason switch
        {
            GateReason.HarmShown => "harm is shown",
            GateReason.NoHarmShown => "no harm is shown",
            GateReason.NonInferiorityShown => "the limit is shown to hold",
            GateReason.TooFewRequests => $"fewer than {gate.MinRequests} requests",
            _ => "the limit is not shown to hold yet",
        };
        return string.Create(CultureInfo.InvariantCulture, $"{subject} is {test.Estimate:0.#####}{range}, limit {test.Threshold:0.#####}, after {requests} requests: {meaning}");
    }
}
