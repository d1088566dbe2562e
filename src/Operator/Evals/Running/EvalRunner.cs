using System.Collections.Immutable;
using Operator.Evals.Suites;
using Operator.Rollouts.Gates;

namespace Operator.Evals.Running;

/// <summary>What is run, and how.</summary>
internal sealed record EvalRunnerOptions
{
    /// <summary>The revision under test, in its full form.</summary>
    public required string Revision { get; init; }

    /// <summary>The model that requests name; a limiter puts in the revision's.</summary>
    public required string Model { get; init; }

    /// <summary>The system prompt; null where the limiter puts it in.</summary>
    public string? System { get; init; }

    /// <summary>Calls at the same time: at least 1.</summary>
    public int Concurrency { get; init; } = 8;

    /// <summary>How long the whole run may take.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMinutes(30);
}

/// <summary>Runs a suite: sentinels first, then the cases, a bounded number at a time.</summary>
/// <param name="cases">Runs one case.</param>
/// <param name="options">What is run.</param>
/// <param name="time">The clock.</param>
internal sealed class EvalRunner(CaseRunner cases, EvalRunnerOptions options, TimeProvider time)
{
    /// <summary>Runs the suite; one case without a result ends it, since the rest would say nothing.</summary>
    /// <param name="suite">The suite.</param>
    /// <param name="report">Told of each case as it ends, one at a time.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<RunSummary> RunAsync(EvalSuite suite, Action<CaseReport> report, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(options.Deadline, time);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        var results = new CaseReport?[suite.Cases.Length];
        string? error = null;
        try
        {
            error = await SentinelsAsync(suite, ends.Token);
            if (error is null) await CasesAsync(suite, results, report, ends.Token);
        }
        catch (RunHaltedException halted)
        {
            error = halted.Message;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            error = $"the deadline of {options.Deadline} passed with {results.Count(r => r is not null)} of {results.Length} cases done";
        }
        return Summary(suite, results, error);
    }

    private async Task<string?> SentinelsAsync(EvalSuite suite, CancellationToken cancellationToken)
    {
        string? error = null;
        await Parallel.ForEachAsync(suite.Sentinels, Bounded(cancellationToken), async (sentinel, token) =>
        {
            var (failed, _) = await cases.DecideAsync(sentinel.Case, sentinel.Answer, token);
            if (failed.IsEmpty == sentinel.IsGood) return;
            var problem = sentinel.IsGood
                ? $"sentinel {sentinel.Case.Id}: the known good answer fails {string.Join(", ", failed)}; the checks cannot be trusted"
                : $"sentinel {sentinel.Case.Id}: the known bad answer passes every check; the checks cannot be trusted";
            Interlocked.CompareExchange(ref error, problem, null);
        });
        return error;
    }

    private Task CasesAsync(EvalSuite suite, CaseReport?[] results, Action<CaseReport> report, CancellationToken cancellationToken)
    {
        var order = new Lock();
        return Parallel.ForEachAsync(Enumerable.Range(0, suite.Cases.Length), Bounded(cancellationToken), async (index, token) =>
        {
            var result = await cases.RunAsync(suite.Cases[index], token);
            results[index] = result;
            lock (order) report(result);
        });
    }

    private ParallelOptions Bounded(CancellationToken cancellationToken) =>
        new() { MaxDegreeOfParallelism = Math.Max(1, options.Concurrency), CancellationToken = cancellationToken };

    private RunSummary Summary(EvalSuite suite, CaseReport?[] results, string? error)
    {
        var done = results.OfType<CaseReport>().ToList();
        var summary = new RunSummary
        {
            Revision = options.Revision,
            Digest = suite.Digest,
            Usage = UsageTotals.Sum(cases.Spent),
            Error = error,
        };
        if (error is not null) return summary;
        return summary with
        {
            Passed = done.Count(r => r.Passed),
            Total = done.Count,
            Slices =
            [
                .. done.Where(r => r.Slice is not null).GroupBy(r => r.Slice!, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
                    .Select(g => new SliceCounts(g.Key, g.Count(r => r.Passed), g.Count())),
            ],
            FailedCases = [.. done.Where(r => !r.Passed).Take(RunSummaryText.MaxFailedCases).Select(r => r.Id)],
            CaseResults = CaseBitmap.Write([.. done.Select(r => r.Passed)]),
        };
    }
}
