using System.Text;
using Operator.Evals.Running;
using Xunit;

namespace Operator.Tests.Evals.Running;

public sealed class EvalCommandTests : IAsyncLifetime
{
    private static readonly string Revision = new('a', 64);
    private readonly string _folder = Directory.CreateTempSubdirectory("evals-").FullName;
    private readonly StringWriter _output = new();
    private FakeMessages _api = null!;

    public async ValueTask InitializeAsync() => _api = await FakeMessages.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        await _output.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_run_counts_passed_cases_slices_and_tokens()
    {
        Suite(Case("a", "refund", "x"), Case("b", "refund", "y"), Case("c", "discount", "y"));
        var result = await RunAsync();
        Assert.Null(result.Error);
        Assert.Equal((2, 3), (result.Passed, result.Total));
        Assert.Equal(["c"], result.FailedCases);
        Assert.Equal([("x", 1L, 1L), ("y", 1L, 2L)], result.Slices.Select(s => (s.Name, s.Passed, s.Total)));
        Assert.Equal(CaseBitmap.Write([true, true, false]), result.CaseResults);
        var usage = Assert.Single(result.Usage);
        Assert.Equal(("claude-sonnet-5-5", 30L, 9L, 15L), (usage.Model, usage.Input, usage.CacheRead, usage.Output));
    }

    [Fact]
    public async Task Requests_name_the_deployment_the_revision_and_the_bulk_lane()
    {
        Suite(Case("a", "refund"));
        await RunAsync();
        var (headers, body) = Assert.Single(_api.Requests);
        Assert.Equal("triage", headers["x-claude-deployment"]);
        Assert.Equal(Revision, headers["x-claude-revision"]);
        Assert.Equal("bulk", headers["x-claude-lane"]);
        Assert.Equal("2023-06-01", headers["anthropic-version"]);
        Assert.Equal("claude-sonnet-5-5", (string?)body["model"]);
        Assert.Null(body["system"]);
        Assert.Null(body["temperature"]);
    }

    [Fact]
    public async Task Output_holds_a_line_for_each_case_and_no_content()
    {
        Suite(Case("a", "SECRET-CHECK"));
        await RunAsync();
        var lines = _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.Contains("\"failedChecks\":[\"checks[0].contains\"]", lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", _output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("refund", _output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("question", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rate_limits_and_overload_are_waited_out()
    {
        Suite(Case("a", "refund"));
        _api.Answer = (context, _, n) => n switch
        {
            0 => FakeMessages.ErrorAsync(context, 429, "rate_limit_error", "1"),
            1 => FakeMessages.ErrorAsync(context, 529, "overloaded_error", "1"),
            _ => FakeMessages.ReplyAsync(context, "refund"),
        };
        var result = await RunAsync();
        Assert.Equal((1, 1), (result.Passed, result.Total));
        Assert.Equal(3, _api.Requests.Count);
        Assert.Equal(["0", "1", "2"], _api.Requests.Select(r => r.Headers["x-stainless-retry-count"].ToString()));
    }

    [Fact]
    public async Task A_permanent_error_ends_the_run_without_a_verdict_on_the_revision()
    {
        Suite(Case("a", "refund"));
        _api.Answer = (context, _, _) => FakeMessages.ErrorAsync(context, 401, "authentication_error", message: "SECRET");
        var result = await RunAsync();
        Assert.Equal("case a: HTTP 401 authentication_error after 1 try", result.Error);
        Assert.Single(_api.Requests);
    }

    [Fact]
    public async Task A_reached_spend_limit_is_not_tried_again()
    {
        Suite(Case("a", "refund"));
        _api.Answer = (context, _, _) => FakeMessages.ErrorAsync(context, 400, "invalid_request_error", message: "You have reached your specified API usage limits. SECRET");
        Assert.Contains("HTTP 400", (await RunAsync()).Error, StringComparison.Ordinal);
        Assert.Single(_api.Requests);
    }

    [Fact]
    public async Task A_request_that_the_api_refuses_is_a_failed_case()
    {
        Suite(Case("a", "refund"), Case("b", "refund"));
        _api.Answer = (context, body, _) => body.ToJsonString().Contains("question a", StringComparison.Ordinal)
            ? FakeMessages.ErrorAsync(context, 400, "invalid_request_error")
            : FakeMessages.ReplyAsync(context, "refund");
        var result = await RunAsync();
        Assert.Null(result.Error);
        Assert.Equal((1, 2), (result.Passed, result.Total));
    }

    [Fact]
    public async Task An_answer_of_another_revision_does_not_count()
    {
        Suite(Case("a", "refund"));
        _api.Answer = (context, _, _) => FakeMessages.ReplyAsync(context, "refund", named: false);
        Assert.Contains("does not come from the revision under test", (await RunAsync()).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("good", "no", "the known good answer fails checks[0].contains")]
    [InlineData("bad", "yes", "the known bad answer passes every check")]
    public async Task A_sentinel_that_comes_out_wrong_ends_the_run_before_any_request(string kind, string answer, string error)
    {
        Suite(Case("a", "refund"), $$"""{"id":"s","sentinel":"{{kind}}","answer":"{{answer}}","checks":[{"contains":"yes"}]}""");
        Assert.Contains(error, (await RunAsync()).Error, StringComparison.Ordinal);
        Assert.Empty(_api.Requests);
    }

    [Fact]
    public async Task A_judge_is_asked_past_the_revision_and_its_tokens_count()
    {
        Suite(Judged(6));
        _api.Answer = (context, body, _) => (string?)body["model"] == "claude-opus-5-5"
            ? FakeMessages.ReplyAsync(context, """{"reason":"fine","score":6}""", model: "claude-opus-5-5")
            : FakeMessages.ReplyAsync(context, "answer");
        var result = await RunAsync();
        Assert.Equal((1, 1), (result.Passed, result.Total));
        Assert.Equal(["claude-opus-5-5", "claude-sonnet-5-5"], result.Usage.Select(u => u.Model));
        Assert.Equal([Revision, "none"], _api.Requests.Select(r => r.Headers["x-claude-revision"].ToString()));
    }

    [Fact]
    public async Task A_judge_below_the_least_score_fails_the_case()
    {
        Suite(Judged(7));
        _api.Answer = (context, _, n) => FakeMessages.ReplyAsync(context, n == 0 ? "answer" : """{"reason":"meh","score":6.9}""");
        Assert.Equal((0, 1), ((await RunAsync()) is var r ? r.Passed : -1, r.Total));
    }

    [Fact]
    public async Task A_judge_that_keeps_no_form_ends_the_run()
    {
        Suite(Judged(5));
        _api.Answer = (context, _, n) => FakeMessages.ReplyAsync(context, n == 0 ? "answer" : "ten out of ten");
        var result = await RunAsync();
        Assert.Contains("checks[0].judge: the judge answered 3 times in another form", result.Error, StringComparison.Ordinal);
        Assert.Equal(4, _api.Requests.Count);
        Assert.Equal(20, result.Usage.Sum(u => u.Output));
    }

    [Fact]
    public async Task No_more_calls_run_at_a_time_than_allowed()
    {
        Suite([.. Enumerable.Range(0, 12).Select(i => Case("c" + i, "refund"))]);
        var (now, most, arrived) = (0, 0, new SemaphoreSlim(0));
        var gate = new TaskCompletionSource();
        _api.Answer = async (context, _, _) =>
        {
            var at = Interlocked.Increment(ref now);
            InterlockedMax(ref most, at);
            arrived.Release();
            await gate.Task;
            Interlocked.Decrement(ref now);
            await FakeMessages.ReplyAsync(context, "refund");
        };
        var run = RunAsync("--concurrency", "3");
        for (var i = 0; i < 3; i++) Assert.True(await arrived.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
        gate.SetResult();
        Assert.Equal(12, (await run).Passed);
        Assert.Equal(3, most);
    }

    [Fact]
    public async Task A_run_that_takes_too_long_ends_with_what_was_done()
    {
        Suite(Case("a", "refund"));
        _api.Answer = (context, _, _) => Task.Delay(Timeout.Infinite, context.RequestAborted);
        Assert.Contains("deadline", (await RunAsync("--deadline", "1")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_suite_that_changed_is_not_run()
    {
        Suite(Case("a", "refund"));
        Assert.Equal("the suite has changed since the run was asked for", (await RunAsync("--digest", new string('0', 64))).Error);
        Assert.Empty(_api.Requests);
    }

    [Fact]
    public async Task A_suite_with_errors_tells_them()
    {
        Suite("{}");
        Assert.Contains("cases.jsonl:1:1: id is missing", (await RunAsync()).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_prompt_of_a_revision_is_sent_where_the_tool_would_send_it()
    {
        Suite(Case("a", "refund"));
        var file = Path.Combine(_folder, "revision.json");
        await File.WriteAllTextAsync(file, $$"""{"revision":"{{Revision}}","model":"m","promptName":"p","promptVersion":"v","promptDigest":"d","systemPrompt":"be kind"}""", TestContext.Current.CancellationToken);
        Assert.Null((await RunAsync("--revision-file", file)).Error);
        Assert.Equal("be kind", (string?)Assert.Single(_api.Requests).Body["system"]);
        await File.WriteAllTextAsync(file, "{}", TestContext.Current.CancellationToken);
        Assert.Contains("content cannot be read", (await RunAsync("--revision-file", file)).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--concurrency", "0")]
    [InlineData("--nonsense", "1")]
    [InlineData("--digest")]
    public async Task Wrong_arguments_are_told(params string[] arguments)
    {
        Assert.Equal(2, await EvalCommand.RunAsync(["--suite", _folder, "--deployment", "d", "--revision", "r", "--model", "m", .. arguments], _ => null, _output));
        Assert.Contains("usage:", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_limiter_there_is_no_result()
    {
        Suite(Case("a", "refund"));
        Assert.Equal(0, await EvalCommand.RunAsync(Arguments(), _ => null, _output, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Contains("the pod has no limiter", Result().Error, StringComparison.Ordinal);
    }

    private static string Case(string id, string contains, string? slice = null) =>
        $$"""{"id":"{{id}}"{{(slice is null ? "" : $",\"slice\":\"{slice}\"")}},"messages":[{"role":"user","content":"question {{id}}"}],"checks":[{"contains":"{{contains}}"}]}""";

    private static string Judged(int min) =>
        $$"""{"id":"j","messages":[{"role":"user","content":"question"}],"checks":[{"judge":{"model":"claude-opus-5-5","rubric":"kind","min":{{min}} } }]}""";

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); seen < value; seen = Volatile.Read(ref target))
            Interlocked.CompareExchange(ref target, value, seen);
    }

    private void Suite(params string[] lines)
    {
        var shard = Directory.CreateDirectory(Path.Combine(_folder, "suite", "000")).FullName;
        File.WriteAllLines(Path.Combine(shard, "cases.jsonl"), lines, new UTF8Encoding(false));
    }

    private string[] Arguments(params string[] more) =>
    [
        "--suite", Path.Combine(_folder, "suite"), "--deployment", "triage", "--revision", Revision, "--model", "claude-sonnet-5-5",
        "--result", Path.Combine(_folder, "result"), .. more,
    ];

    private async Task<RunSummary> RunAsync(params string[] more)
    {
        Assert.Equal(0, await EvalCommand.RunAsync(Arguments(more), name => name == "ANTHROPIC_BASE_URL" ? _api.Address : null, _output, cancellationToken: TestContext.Current.CancellationToken));
        return Result();
    }

    private RunSummary Result() => RunSummaryText.Read(File.ReadAllText(Path.Combine(_folder, "result")))!;
}
