using System.Globalization;
using Operator.Rollouts;

namespace Operator.Cli.Eval.Running;

/// <summary>A result in words.</summary>
internal static class EvalRunText
{
    /// <summary>Writes it. Answers stand there only when the result has them.</summary>
    public static void Write(TextWriter output, EvalRunResult result)
    {
        var revision = result.Revision is { } id ? $"{RolloutPolicy.Short(id)}, " : "";
        var total = result.Total is { } all ? $"{result.Passed} of {all} cases passed" : $"no result; {result.Cases.Count} {(result.Cases.Count == 1 ? "case" : "cases")} ended";
        output.WriteLine($"{result.Prompt} ({revision}{result.Model}): {total}");
        if (result.PassRate is { } rate) Line("pass rate", $"{rate}, {result.Interval} at {result.Confidence} confidence");
        if (result.Verdict is { } verdict) Line("verdict", $"{verdict} ({result.Message})");
        if (result.Paired is { } pairs) Line("stable", $"{pairs.Regressed} cases that stable passed failed, {pairs.Improved} that it failed passed ({pairs.Baseline})");
        foreach (var slice in result.Slices) Line("slice", $"{slice.Name}: {slice.Passed} of {slice.Total}");
        foreach (var @case in result.Cases.Where(c => !c.Passed))
        {
            Line("failed", $"{@case.Id}: {string.Join(", ", @case.FailedChecks)}");
            foreach (var line in Lines(@case.Answer)) output.WriteLine($"             | {line}");
        }
        Line("suite", $"{result.Suite}, digest {RolloutPolicy.Short(result.SuiteDigest)}; {(result.Sentinels == 0 ? "no sentinels check its checks" : result.Error is null ? $"{result.Sentinels} sentinels came out right" : $"{result.Sentinels} sentinels")}");
        foreach (var usage in result.Usage)
            Line("tokens", string.Create(CultureInfo.InvariantCulture, $"{usage.Model}: {usage.InputTokens} input, {usage.CacheWriteTokens} cache writes, {usage.CacheReadTokens} cache reads, {usage.OutputTokens} output"));
        Line("cost", result.Cost is { } cost ? $"${cost}" : "unknown: a model has no price in this release");

        void Line(string what, string text) => output.WriteLine($"  {what,-9}  {text}");
    }

    /// <summary>An answer for a terminal, which must not obey what a model wrote.</summary>
    private static IEnumerable<string> Lines(string? answer) => answer is null
        ? []
        : answer.ReplaceLineEndings("\n").Split('\n').Select(line => string.Concat(line.Select(c => c != '\t' && char.IsControl(c) ? '\uFFFD' : c)));
}
