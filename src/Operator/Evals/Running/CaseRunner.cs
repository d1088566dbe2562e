using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using Operator.Contract;
using Operator.Evals.Checks;
using Operator.Evals.Judging;
using Operator.Evals.Suites;

namespace Operator.Evals.Running;

/// <summary>The run cannot go on; the message has no content.</summary>
internal sealed class RunHaltedException(string message) : Exception(message);

/// <summary>Asks for answers and decides their checks.</summary>
/// <param name="client">The Messages API.</param>
/// <param name="options">What is run.</param>
/// <param name="time">The clock.</param>
internal sealed class CaseRunner(MessagesClient client, EvalRunnerOptions options, TimeProvider time)
{
    private const int DefaultMaxTokens = 4096;
    private const int JudgeTries = 3;

    /// <summary>Tokens of all replies so far, those of judges and of cases without a result too.</summary>
    public ConcurrentBag<UsageLine> Spent { get; } = [];

    /// <summary>
    /// Told of every answer, from several threads: for a person who asked to see them. Null, as in the operator's Job, keeps content out of
    /// everything.
    /// </summary>
    public Action<EvalCase, string>? Answered { get; init; }

    /// <summary>Runs one case.</summary>
    /// <exception cref="RunHaltedException">No result can be had.</exception>
    public async Task<CaseReport> RunAsync(EvalCase @case, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var outcome = await client.SendAsync(
            new MessageRequest
            {
                Model = options.Model,
                MaxTokens = @case.MaxTokens ?? DefaultMaxTokens,
                Messages = @case.Messages,
                System = options.System,
                Revision = options.Revision,
            },
            cancellationToken);
        var latency = time.GetElapsedTime(started);
        if (outcome.Halt is { } halt) throw new RunHaltedException($"case {@case.Id}: {halt}");
        if (outcome.Reply is not { } reply)
        {
            // What the API refuses would be refused for users of the revision too.
            return new CaseReport(@case.Id, @case.Slice, [$"request ({outcome.Rejection})"]) { Latency = latency, Tries = outcome.Tries, RequestId = outcome.RequestId };
        }
        var usage = Count(reply, options.Model);
        Answered?.Invoke(@case, reply.Text);
        var (failed, judged) = await DecideAsync(@case, new Answer(reply.Text, reply.StopReason, usage.Output), cancellationToken);
        return new CaseReport(@case.Id, @case.Slice, failed)
        {
            StopReason = reply.StopReason,
            Usage = UsageTotals.Sum([usage, .. judged]),
            Latency = latency,
            Tries = outcome.Tries,
            RequestId = outcome.RequestId,
        };
    }

    /// <summary>Decides the checks of a case. Judges are asked only when everything else holds.</summary>
    /// <returns>The checks that failed, and the tokens of the judges.</returns>
    /// <exception cref="RunHaltedException">A check could not be decided.</exception>
    public async Task<(ImmutableArray<string> Failed, IReadOnlyList<UsageLine> Usage)> DecideAsync(
        EvalCase @case, Answer answer, CancellationToken cancellationToken)
    {
        var failed = ImmutableArray.CreateBuilder<string>();
        var usage = new List<UsageLine>();
        for (var i = 0; i < @case.Checks.Length; i++)
        {
            if (@case.Checks[i] is not PureCheck check) continue;
            switch (check.Decide(answer))
            {
                case CheckOutcome.Failed:
                    failed.Add(Name(i, check));
                    break;
                case CheckOutcome.Undecided:
                    throw new RunHaltedException($"case {@case.Id}: {Name(i, check)} took too long to decide; simplify its pattern");
            }
        }
        for (var i = 0; i < @case.Checks.Length && failed.Count == 0; i++)
        {
            if (@case.Checks[i] is not JudgeCheck judge) continue;
            if (await ScoreAsync(@case, Name(i, judge), judge, answer, usage, cancellationToken) < judge.Min) failed.Add(Name(i, judge));
        }
        return (failed.ToImmutable(), usage);
    }

    private async Task<decimal> ScoreAsync(
        EvalCase @case, string name, JudgeCheck judge, Answer answer, List<UsageLine> usage, CancellationToken cancellationToken)
    {
        var request = new MessageRequest
        {
            Model = judge.Model,
            MaxTokens = JudgePrompt.MaxTokens,
            Messages = JudgePrompt.Messages(@case.Messages.Span, answer.Text, judge.Rubric),
            System = JudgePrompt.System,
            Revision = RequestHeaders.NoRevision,
        };
        for (var tries = 0; tries < JudgeTries; tries++)
        {
            var outcome = await client.SendAsync(request, cancellationToken);
            if (outcome.Reply is not { } reply) throw new RunHaltedException($"case {@case.Id}: {name}: the judge gives no answer: {outcome.Halt ?? outcome.Rejection}");
            usage.Add(Count(reply, judge.Model));
            if (JudgeVerdict.Parse(reply.Text) is { } verdict) return verdict.Score;
        }
        throw new RunHaltedException($"case {@case.Id}: {name}: the judge answered {JudgeTries} times in another form than it was asked for");
    }

    private UsageLine Count(MessageReply reply, string model)
    {
        var usage = UsageTotals.Of(reply, model);
        Spent.Add(usage);
        return usage;
    }

    private static string Name(int index, Check check) => string.Create(CultureInfo.InvariantCulture, $"checks[{index}].{check.Kind}");
}
