using System.Globalization;
using System.Text;

namespace Operator.Rollouts.Measurements;

/// <summary>Everything about measurements that a decision depends on, in short: as long as it stays, no decision is due.</summary>
internal static class MeasurementDigest
{
    /// <summary>The digest of a rollout under way.</summary>
    /// <param name="session">The rollout.</param>
    /// <param name="measured">What is measured.</param>
    /// <param name="listeningSince">When this process began to listen; null before.</param>
    /// <param name="now">The time.</param>
    public static string Of(RolloutSession session, DeploymentMeasurements measured, DateTimeOffset? listeningSince, DateTimeOffset now)
    {
        var text = new StringBuilder();
        if (session.Watched is { } watched)
        {
            var acknowledged = Acknowledgement.Of(
                measured, session.Ledger, watched.Held, watched.Generation, watched.Stable, session.WroteFirst || now - listeningSince >= IMeasurements.Learning);
            text.Append(CultureInfo.InvariantCulture, $"{acknowledged.Highest}/{acknowledged.Lowest}/{acknowledged.Total}/{acknowledged.Current};");
        }
        if (session.Live is not { } live) return text.Append('-').ToString();
        text.Append(live.AwaitsWindow(now)).Append(live.Requests(measured) >= live.MinRequests);
        foreach (var (name, evaluation) in live.Judge(measured, now, withInterval: false).OrderBy(e => e.Key, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $";{name}={evaluation.Verdict}");
        return text.ToString();
    }
}
