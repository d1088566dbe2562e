using Microsoft.AspNetCore.Http;
using Operator.Api;
using Operator.Evals;
using Operator.Tests.Evals.Providers;
using static Operator.Tests.Evals.EvalObjects;

namespace Operator.Tests.Evals.Runs;

/// <summary>An <c>http</c> gate through the controller: every bad answer ends in a run that says why, and none of them is a verdict.</summary>
public sealed class HttpGateTests : IAsyncLifetime
{
    private EvalService _service = null!;
    private EvalCluster _cluster = null!;

    public async ValueTask InitializeAsync()
    {
        _service = await EvalService.StartAsync();
        _cluster = await EvalCluster.StartAsync(_service.Evaluator());
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await _service.DisposeAsync();
    }

    [Fact]
    public async Task A_good_answer_is_a_verdict()
    {
        _service.Answer = context => context.Response.WriteAsync($$"""{"revision":"{{Candidate.Revision}}","passed":95,"total":100,"report":"https://reports/1"}""");
        var gate = Gate();
        var run = await _cluster.EndedAsync(await _cluster.EnsureAsync(await _cluster.DeployAsync(null, gate), gate));
        Assert.Equal((Verdict.Pass, 95, "https://reports/1"), (run.Status.Verdict, run.Status.Passed, run.Status.Report));
    }

    [Fact]
    public async Task Every_bad_answer_is_an_error_of_the_evaluation_with_its_reason_and_without_its_content()
    {
        (string What, string Reason, Func<HttpContext, Task> Answer)[] table =
        [
            ("a redirect", "Redirected", context =>
            {
                context.Response.Redirect($"https://localhost:{_service.Port}/SECRET");
                return Task.CompletedTask;
            }),
            ("silence", "TimedOut", context => Task.Delay(Timeout.Infinite, context.RequestAborted)),
            ("NaN", "InvalidResult", Text($$"""{"revision":"{{Candidate.Revision}}","passed":NaN,"total":10,"report":"SECRET"}""")),
            ("too much", "TooLarge", async context =>
            {
                var chunk = new byte[256 * 1024];
                for (var i = 0; i < 40; i++) await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
            }),
            ("nothing", "InvalidResult", Text("")),
            ("another revision", "InvalidResult", Text("""{"revision":"SECRET","passed":10,"total":10}""")),
            ("a refusal", "BadStatus", context =>
            {
                context.Response.StatusCode = 403;
                return context.Response.WriteAsync("SECRET");
            }),
        ];
        var gate = Gate();
        var deployment = await _cluster.DeployAsync(null, gate);
        for (var attempt = 0; attempt < table.Length; attempt++)
        {
            var (what, reason, answer) = table[attempt];
            _service.Answer = answer;
            Inconclusive(what, reason, await _cluster.EndedAsync(await _cluster.EnsureAsync(deployment, gate, attempt)), deployment, gate, attempt);
        }
    }

    [Fact]
    public async Task A_host_off_the_list_is_not_asked()
    {
        var gate = Gate();
        gate.Http!.Url = "https://elsewhere.example.com/judge";
        var deployment = await _cluster.DeployAsync(null, gate);
        Inconclusive("off the list", "HostNotAllowed", await _cluster.EndedAsync(await _cluster.EnsureAsync(deployment, gate)), deployment, gate, 0);
        Assert.Empty(_service.Asked);
    }

    private static void Inconclusive(string what, string reason, ClaudeEvalRun run, ClaudeDeployment deployment, EvalGate gate, int attempt)
    {
        Assert.Equal((what, EvalPhase.Completed, Verdict.EvaluatorError), (what, run.Status.Phase, run.Status.Verdict));
        var stalled = run.Status.Conditions!.Single(c => c.Type == "Stalled");
        Assert.Equal((what, "True", reason), (what, stalled.Status, stalled.Reason));
        Assert.DoesNotContain("SECRET", Json.ToNode(run).ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(Verdict.EvaluatorError, EvalVerdicts.Of([run], deployment, Candidate.Revision, attempt, [gate])[gate.Name].Verdict);
    }

    private EvalGate Gate() => new()
    {
        Name = "in-house",
        PassRate = new Percent("90%"),
        Http = new HttpSource { Url = $"https://localhost:{_service.Port}/judge", Timeout = new GoDuration("3s") },
    };

    private static Func<HttpContext, Task> Text(string body) => context => context.Response.WriteAsync(body);
}
