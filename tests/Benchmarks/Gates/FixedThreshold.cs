namespace Benchmarks.Gates;

/// <summary>
/// A gate that holds the canary's raw error rate of each interval against a fixed threshold and rolls back after so many failed checks,
/// the way of Argo Rollouts' AnalysisTemplate (interval, failureCondition, failureLimit) and of Flagger's canary analysis (interval,
/// thresholdRange, threshold).
/// </summary>
/// <param name="Name">What it is like.</param>
/// <param name="Threshold">Highest error rate of an interval that is no failed check.</param>
/// <param name="Failures">Failed checks that roll back.</param>
/// <param name="RequestsPerInterval">Canary requests in an interval.</param>
internal sealed record FixedThreshold(string Name, double Threshold, int Failures, int RequestsPerInterval)
{
    /// <summary>Canary requests at rollback, or null when the horizon is reached.</summary>
    public int? Run(Draw draw, double rate, int horizon)
    {
        var failed = 0;
        for (var n = RequestsPerInterval; n <= horizon; n += RequestsPerInterval)
        {
            if ((double)draw.Binomial(RequestsPerInterval, rate) / RequestsPerInterval > Threshold && ++failed >= Failures)
            {
                return n;
            }
        }
        return null;
    }
}
