using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Operator.Cli.Cluster;
using Operator.MockClaude.Faults;

namespace Operator.Cli.Tests.Eval.Running;

public sealed class EvalRunTests : IClassFixture<EvalRunBench>
{
    private readonly EvalRunBench _bench;
    private readonly string[] _inputs;

    public EvalRunTests(EvalRunBench bench)
    {
        _bench = bench;
        _inputs = Inputs("v14", EvalRunBench.Suite);
    }

    [Fact]
    public async Task A_run_tells_rate_slices_failed_cases_tokens_and_cost()
    {
        var (code, output, error) = await _bench.RunAsync(_inputs);
        Assert.Equal("""
            triage v14 (4d764800ef, claude-sonnet-5-5): 2 of 3 cases passed
              pass rate  66.66%, [20.77%, 93.85%] at 95% confidence
              slice      billing: 2 of 2
              slice      outage: 0 of 1
              failed     site-down: checks[0].equals
              suite      cases.jsonl, digest 587347ef8d; 2 sentinels came out right
              tokens     claude-sonnet-5-5: 58 input, 0 cache writes, 0 cache reads, 8 output
              cost       $0.000196

            """.ReplaceLineEndings("\n"), output);
        Assert.Equal((ExitCode.Done, ""), (code, error));
    }

    [Theory]
    [InlineData("v14", "60%", ExitCode.Done, "Pass (suite: pass rate 0.6667 (between 0.2077 and 0.9385), threshold 0.6, 3 cases: the threshold is met)")]
    [InlineData("v14", "90%", ExitCode.Failed, "InsufficientData (suite: pass rate 0.6667 (between 0.2077 and 0.9385), threshold 0.9, 3 cases: the threshold is missed, but so few cases may do so by chance: add cases)")]
    [InlineData("v15", "90%", ExitCode.Failed, "Fail (suite: pass rate 0 (between 0 and 0.5615), threshold 0.9, 3 cases: the threshold is shown to be missed)")]
    public async Task A_pass_rate_is_judged_as_the_operator_judges_it(string version, string rate, int code, string verdict)
    {
        var run = await _bench.RunAsync([.. Inputs(version, EvalRunBench.Suite), "--pass-rate", rate]);
        Assert.Contains($"  verdict    {verdict}\n", run.Output, StringComparison.Ordinal);
        Assert.Equal((code, ""), (run.Code, run.Error));
    }

    [Fact]
    public async Task Json_holds_every_case_and_no_content()
    {
        var (code, output, _) = await _bench.RunAsync([.. _inputs, "--max-tokens", "50", "--pass-rate", "60%", "-o", "json"]);
        Assert.Equal(ExitCode.Done, code);
        var result = JsonNode.Parse(output)!;
        Assert.Equal(("triage v14", "claude-sonnet-5-5", 2, 3), ((string)result["prompt"]!, (string)result["model"]!, (int)result["passed"]!, (int)result["total"]!));
        Assert.Equal(("66.66%", "[20.77%, 93.85%]", "95%", "Pass", "0.000196"), ((string)result["passRate"]!, (string)result["interval"]!, (string)result["confidence"]!, (string)result["verdict"]!, (string)result["cost"]!));
        Assert.Equal((64, 64, 64), (((string)result["revision"]!).Length, ((string)result["suiteDigest"]!).Length, ((string)result["promptDigest"]!).Length));
        Assert.Equal("""[{"name":"billing","passed":2,"total":2},{"name":"outage","passed":0,"total":1}]""", result["slices"]!.ToJsonString());
        Assert.Equal("""["site-down"]""", result["failedCases"]!.ToJsonString());
        Assert.Equal(["refund", "invoice", "site-down"], result["cases"]!.AsArray().Select(c => (string)c!["id"]!));
        Assert.All(result["cases"]!.AsArray(), c => Assert.Null(c!["answer"]));
        Assert.Null(result["error"]);
        NoContent(output);
    }

    [Fact]
    public async Task Answers_are_shown_only_when_asked_for_and_a_terminal_does_not_obey_them()
    {
        var inputs = Inputs("v14", """{"id":"a","messages":[{"role":"user","content":"escape"}],"checks":[{"contains":"never"}]}""");
        NoContent((await _bench.RunAsync(inputs)).Output);
        Assert.Contains("  failed     a: checks[0].contains\n             | \uFFFD[31mred\n", (await _bench.RunAsync([.. inputs, "--show-answers"])).Output, StringComparison.Ordinal);
        var json = JsonNode.Parse((await _bench.RunAsync([.. inputs, "--show-answers", "-o", "json"])).Output)!;
        Assert.Equal("\u001b[31mred", (string)json["cases"]![0]!["answer"]!);
    }

    [Fact]
    public async Task A_prompt_that_is_a_plain_text_has_no_revision()
    {
        var (code, output, _) = await _bench.RunAsync("--suite", _inputs[1], "--model", "claude-sonnet-5-5", "--prompt", _bench.Write("prompt.txt", "You sort tickets into a creative category.\n"));
        Assert.Equal(ExitCode.Done, code);
        Assert.StartsWith("prompt.txt (claude-sonnet-5-5): 0 of 3 cases passed\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_suite_as_folder_and_as_manifests_has_the_same_digest()
    {
        _bench.Write("folder/one.jsonl", EvalRunBench.Suite);
        var manifest = _bench.Write("suite.yaml", Manifest("triage-evals", EvalRunBench.Suite));
        var folder = await _bench.RunAsync(["--suite", Path.GetDirectoryName(_bench.Write("folder/two.txt", "no case"))!, .. _inputs[2..]]);
        var maps = await _bench.RunAsync(["--suite", manifest, .. _inputs[2..]]);
        Assert.Contains("  suite      folder, digest 587347ef8d;", folder.Output, StringComparison.Ordinal);
        Assert.Contains("  suite      triage-evals, digest 587347ef8d;", maps.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_judge_scores_answers_and_its_tokens_count()
    {
        var inputs = Inputs("v14", """{"id":"a","messages":[{"role":"user","content":"refund?"}],"checks":[{"judge":{"model":"claude-opus-5-5","rubric":"right","min":7}}]}""");
        var (code, output, error) = await _bench.RunAsync([.. inputs, "--pass-rate", "100%"]);
        Assert.Equal((ExitCode.Done, ""), (code, error));
        Assert.Matches(@"tokens     claude-opus-5-5: \d+ input.*\n  tokens     claude-sonnet-5-5: \d+ input", output);
    }

    [Fact]
    public async Task A_sentinel_that_comes_out_wrong_is_no_result_and_costs_nothing()
    {
        var (code, output, error) = await _bench.RunAsync(Inputs("v14", EvalRunBench.Suite.Replace("I am not sure.", "billing", StringComparison.Ordinal)));
        Assert.Equal((ExitCode.NoResult, "error: no result: sentinel known-bad: the known bad answer passes every check; the checks cannot be trusted\n"), (code, error));
        Assert.StartsWith("triage v14 (4d764800ef, claude-sonnet-5-5): no result; 0 cases ended\n", output, StringComparison.Ordinal);
        Assert.Contains("  cost       $0\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_the_api_does_not_know_is_no_result()
    {
        var (code, _, error) = await _bench.RunAsync([.. _inputs, "--concurrency", "1", "--key-file", _bench.Write("wrong-key", "sk-ant-none")]);
        Assert.Equal((ExitCode.NoResult, "error: no result: case refund: HTTP 401 authentication_error after 1 try\n"), (code, error));
    }

    [Fact]
    public async Task An_api_that_cannot_be_reached_is_told_at_once()
    {
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var port = ((IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();
        var (code, output, error) = await _bench.RunAsync([.. _inputs, "--upstream", $"http://127.0.0.1:{port}"]);
        Assert.Equal((ExitCode.NoResult, ""), (code, output));
        Assert.StartsWith($"error: http://127.0.0.1:{port} cannot be reached: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_takes_too_long_is_no_result()
    {
        _bench.Claude.Faults.Next(FaultKind.Hang);
        var (code, _, error) = await _bench.RunAsync([.. _inputs, "--concurrency", "1", "--timeout", "1s"]);
        Assert.Equal((ExitCode.NoResult, "error: no result: the deadline of 00:00:01 passed with 0 of 3 cases done\n"), (code, error));
    }

    [Fact]
    public async Task An_interrupted_run_tells_what_it_cost()
    {
        using var interrupt = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        _bench.Asked = prompt =>
        {
            if (prompt.User.Contains("charged twice", StringComparison.Ordinal)) interrupt.Cancel();
        };
        var (code, output, error) = await _bench.RunBareAsync(interrupt.Token, [.. _inputs, "--concurrency", "1", "--upstream", _bench.Upstream, "--key-file", _bench.Key]);
        _bench.Asked = null;
        Assert.Equal((ExitCode.NoResult, "error: no result: the run was interrupted\n"), (code, error));
        Assert.Contains("no result; 1 case ended\n", output, StringComparison.Ordinal);
        Assert.Matches(@"  cost       \$0\.0000\d+\n", output);
    }

    [Fact]
    public async Task A_model_that_the_catalogue_does_not_know_is_warned_of()
    {
        var (code, _, error) = await _bench.RunAsync(["--suite", _inputs[1], "--model", "claude-none", .. _inputs[2..6]]);
        Assert.StartsWith("warning: model: \"claude-none\" is not in the model catalogue", error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.NoResult, code);
    }

    private string[] Inputs(string version, string suite) =>
    [
        "--suite", _bench.Write("cases.jsonl", suite), "--prompt", _bench.Write("prompts.yaml", EvalRunBench.Prompts), "--prompt-version", version, "--model", "claude-sonnet-5-5",
    ];

    private static string Manifest(string name, string suite) => $$"""
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: {{name}}}
        data:
          cases.jsonl: |

        """ + string.Concat(suite.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => $"    {l}\n"));

    private static void NoContent(string output)
    {
        foreach (var content in new[] { "You sort", "will my refund", "I was charged", "can log in", "[31mred" }) Assert.DoesNotContain(content, output, StringComparison.Ordinal);
    }
}
