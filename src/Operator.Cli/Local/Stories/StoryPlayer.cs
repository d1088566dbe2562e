namespace Operator.Cli.Local.Stories;

/// <summary>Plays a story from its begin to its end.</summary>
internal static class StoryPlayer
{
    /// <summary>The stories.</summary>
    public static IReadOnlyDictionary<string, Func<StoryStage, CancellationToken, Task>> Stories { get; } =
        new Dictionary<string, Func<StoryStage, CancellationToken, Task>>(StringComparer.Ordinal)
        {
            ["good"] = (stage, cancellation) => Chapters.PromoteAsync(stage, restart: false, cancellation),
            ["bad-eval"] = Chapters.FailEvalAsync,
            ["bad-latency"] = Chapters.FailLatencyAsync,
            ["overload"] = Chapters.OverloadAsync,
            ["tour"] = async (stage, cancellation) =>
            {
                await Chapters.PromoteAsync(stage, restart: true, cancellation);
                await Chapters.FailEvalAsync(stage, cancellation);
                await Chapters.FailLatencyAsync(stage, cancellation);
                await Chapters.OverloadAsync(stage, cancellation);
            },
        };

    /// <summary>Plays.</summary>
    /// <param name="name">The story.</param>
    /// <param name="stage">Where.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<StoryResult> PlayAsync(string name, StoryStage stage, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var recording = stage.Weights.RunAsync(end.Token);
        string? error = null;
        try
        {
            await stage.BeginAsync(cancellationToken);
            await stage.Weights.SeesAsync("v14", cancellationToken);
            stage.Check("v14 is healthy", true, string.Join(" → ", stage.Weights.Sequence));
            await Stories[name](stage, cancellationToken);
            var failed = stage.Platform.Users.Count(Platform.UserOutcome.Failed);
            stage.Check("no user met an error", failed == 0, $"{stage.Platform.Users.Count(Platform.UserOutcome.Answered)} answered, {stage.Platform.Users.Count(Platform.UserOutcome.Refused)} refused for a limit, {failed} failed");
        }
        catch (Exception broken) when (!cancellationToken.IsCancellationRequested)
        {
            error = broken.Message;
        }
        await end.CancelAsync();
        await recording;
        return new StoryResult
        {
            Scenario = name,
            Succeeded = error is null && stage.Checks.All(c => c.Holds),
            Seconds = Math.Round(stage.Elapsed.TotalSeconds, 1),
            Checks = stage.Checks,
            Events = stage.Events,
            Weights = stage.Weights.Sequence,
            Mock = stage.Platform.Claude is { } claude ? MockJudge.Count(claude) : null,
            Error = error,
        };
    }
}
