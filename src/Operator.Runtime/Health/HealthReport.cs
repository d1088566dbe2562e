using System.Text;

namespace Operator.Runtime.Health;

/// <summary>The outcome of one check.</summary>
internal sealed record HealthOutcome(string Name, HealthResult Result, bool Excluded = false);

/// <summary>The answer to a probe, in the form that the API server's own endpoints have.</summary>
internal static class HealthReport
{
    /// <summary>Whether every check that was not excluded is well.</summary>
    public static bool Passed(IEnumerable<HealthOutcome> outcomes) => outcomes.All(outcome => outcome.Excluded || outcome.Result.IsHealthy);

    /// <summary>Writes the answer.</summary>
    /// <param name="probe">The name of the question, such as <c>readyz</c>.</param>
    /// <param name="outcomes">The checks, in order.</param>
    /// <param name="unknown">Names that were to be excluded and do not exist.</param>
    /// <param name="verbose">Whether to list the checks when all is well, too.</param>
    public static string Write(string probe, IReadOnlyList<HealthOutcome> outcomes, IReadOnlyList<string> unknown, bool verbose)
    {
        var passed = Passed(outcomes);
        if (passed && !verbose) return "ok";
        var text = new StringBuilder();
        foreach (var (name, result, excluded) in outcomes)
        {
            if (excluded) text.Append("[+]").Append(name).Append(" excluded: ok\n");
            else if (result.IsHealthy) text.Append("[+]").Append(name).Append(" ok\n");
            else text.Append("[-]").Append(name).Append(" failed: ").Append(OneLine(result.Description)).Append('\n');
        }

        foreach (var name in unknown) text.Append("warn: there is no check to exclude: ").Append(OneLine(name)).Append('\n');
        return text.Append(probe).Append(passed ? " check passed\n" : " check failed\n").ToString();
    }

    private static string OneLine(string? text) => (text ?? "no reason given").ReplaceLineEndings(" ");
}
