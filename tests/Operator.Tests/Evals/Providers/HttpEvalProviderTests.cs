using System.Net;
using Operator.Api;
using Operator.Evals.Providers;
using static Operator.Tests.Evals.EvalObjects;

namespace Operator.Tests.Evals.Providers;

public sealed class HttpEvalProviderTests
{
    private int _asked;

    [Fact]
    public async Task A_run_asks_once_and_tells_when_there_is_an_answer()
    {
        var found = new TaskCompletionSource<IPAddress[]>();
        using var provider = Provider((_, _) => Count(found.Task));
        var request = Request();
        Assert.IsType<ProviderState.Working>(await provider.RunAsync(request, default));
        Assert.IsType<ProviderState.Working>(await provider.RunAsync(request, default));
        Assert.IsType<ProviderState.Working>(await provider.ResumeAsync(request, default));
        found.SetResult([]);
        ProviderState state;
        do
        {
            state = await provider.ResumeAsync(request, TestContext.Current.CancellationToken);
            await Task.Yield();
        }
        while (state is ProviderState.Working);
        Assert.Equal(("HostNotFound", 1), (Assert.IsType<ProviderState.Failed>(state).Reason, _asked));
    }

    [Fact]
    public async Task A_question_that_a_restart_cut_off_is_asked_again()
    {
        var request = Request();
        using (var before = Provider((_, token) => Count(Task.Delay(Timeout.Infinite, token).ContinueWith(_ => Array.Empty<IPAddress>(), token, TaskContinuationOptions.None, TaskScheduler.Default))))
            Assert.IsType<ProviderState.Working>(await before.RunAsync(request, default));
        using var after = Provider((_, _) => Count(Task.FromResult<IPAddress[]>([])));
        ProviderState state;
        do state = await after.ResumeAsync(request, TestContext.Current.CancellationToken);
        while (state is ProviderState.Working);
        Assert.IsType<ProviderState.Failed>(state);
    }

    [Fact]
    public async Task A_cancelled_run_is_no_longer_asked()
    {
        var cancelled = new TaskCompletionSource();
        var begun = new TaskCompletionSource();
        using var provider = Provider(async (_, token) =>
        {
            token.Register(cancelled.SetResult);
            begun.SetResult();
            await Task.Delay(Timeout.Infinite, token);
            return [];
        });
        var request = Request();
        await provider.RunAsync(request, default);
        await begun.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        await provider.CancelAsync(request.Run, default);
        Assert.True(cancelled.Task.IsCompleted);
        await provider.CancelAsync(request.Run, default);
    }

    private static HttpEvalProvider Provider(Func<string, CancellationToken, Task<IPAddress[]>> resolve) =>
        new(new HttpEvaluator([AllowedHost.Parse("evals.example.com")], resolve), TimeProvider.System);

    private static EvalRequest Request()
    {
        var gate = new EvalGate { Name = "in-house", Http = new HttpSource { Url = "https://evals.example.com/" } };
        var deployment = Deployment(gate);
        return new EvalRequest { Deployment = deployment, Gate = gate, Revision = Candidate, Run = Run(deployment, gate.Name, Candidate.Revision) };
    }

    private Task<IPAddress[]> Count(Task<IPAddress[]> answer)
    {
        Interlocked.Increment(ref _asked);
        return answer;
    }
}
