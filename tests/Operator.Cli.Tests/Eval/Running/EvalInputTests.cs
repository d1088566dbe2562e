using Operator.Cli.Cluster;
using Operator.Cli.Eval.Running;

namespace Operator.Cli.Tests.Eval.Running;

/// <summary>Wrong input is told with its file and line before anything is asked.</summary>
public sealed class EvalInputTests(EvalRunBench bench) : IClassFixture<EvalRunBench>
{
    private const string Case = """{"id":"a","messages":[{"role":"user","content":"SECRET"}],"checks":[{"contains":"x"}]}""";
    private const string Manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: evals}\ndata:\n  cases.jsonl: |\n    ";

    [Theory]
    [InlineData("cases.jsonl", Case + "\n{\"id\":\"b\"}\n", "the suite cases.jsonl has 2 errors:\n  cases.jsonl:2:1: messages is missing: the conversation that the revision answers\n  cases.jsonl:2:1: checks is missing")]
    [InlineData("cases.jsonl", Case + "\n" + Case, "cases.jsonl:2:7: the id 'a' is taken by the case at cases.jsonl:1")]
    [InlineData("cases.jsonl", "{\"id\":", "cases.jsonl:1:7: not JSON")]
    [InlineData("cases.jsonl", "\n", "cases.jsonl: the suite has no case")]
    [InlineData("suite.yaml", Manifest + Case + "\n    {\"id\":\"b\",\"messages\":[],\"checks\":[{\"contains\":\"x\"}]}\n", "the suite evals has 1 error:\n  suite.yaml:7:22: error: data.cases.jsonl: case in line 2: messages is a list of 1 to 500 messages")]
    [InlineData("suite.yaml", "data: [", "is no YAML")]
    [InlineData("suite.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a.jsonl: [1]\n", "suite.yaml:5:3: data.a.jsonl: is no ConfigMap that a server takes")]
    [InlineData("suite.yaml", "kind: ConfigMap\nmetadata: {name: a}\ndata: {a.txt: x}\n", "suite.yaml:1: no ConfigMap has a key that ends in .jsonl")]
    [InlineData("suite.yaml", "kind: ConfigMap\ndata: {a.jsonl: x}\n", "suite.yaml:1:1: metadata.name: the ConfigMap has no name")]
    [InlineData("suite.yaml", "kind: ConfigMap\nmetadata: {name: a}\ndata: {a.jsonl: x}\n---\nkind: ConfigMap\nmetadata: {name: b}\ndata: {b.jsonl: x}\n", "suite.yaml has several suites: a, b; choose one with --suite-name")]
    [InlineData("suite.yaml", "kind: ConfigMap\nmetadata: {name: a}\ndata: {a.jsonl: x}\n---\nkind: ConfigMap\nmetadata: {name: a}\ndata: {b.jsonl: x}\n", "suite.yaml:1 and suite.yaml:5: the ConfigMap a stands there twice")]
    [InlineData("empty/none.txt", "x", "empty holds no file that ends in .jsonl, and no manifest of a ConfigMap")]
    public async Task A_suite(string file, string text, string message)
    {
        var path = bench.Write(file, text);
        if (file.StartsWith("empty/", StringComparison.Ordinal)) path = Path.GetDirectoryName(path)!;
        Told(message, await bench.RunAsync("--suite", path, "--prompt", bench.Write("p.txt", "SECRET"), "--model", "claude-sonnet-5-5"));
    }

    [Theory]
    [InlineData("p.txt", " \n", "p.txt:1: the prompt is empty")]
    [InlineData("p.yaml", "kind: ConfigMap\nmetadata: {name: a}\ndata: {other: SECRET}\n", "p.yaml:1: no ConfigMap with the labels claudeops.dev/prompt and claudeops.dev/prompt-version")]
    [InlineData("p.yaml", "# one\nkind: ConfigMap\nmetadata: {name: a}\ndata: {system: SECRET}\n", "p.yaml:2: no ConfigMap with the labels")]
    [InlineData("p.yaml", "kind: ConfigMap\nmetadata: {name: a, labels: {claudeops.dev/prompt: a, claudeops.dev/prompt-version: v1}}\ndata: {sytem: SECRET}\n", "p.yaml:1: spec.prompt: ConfigMap a has no text under data.system")]
    [InlineData("p.yaml", EvalRunBench.Prompts, "p.yaml has several prompt versions: triage v14 (line 1), triage v15 (line 6); choose one with --prompt-version")]
    [InlineData("p.yaml", EvalRunBench.Prompts, "p.yaml has no prompt version 'v9'; there are: triage v14 (line 1), triage v15 (line 6)", "--prompt-version", "v9")]
    [InlineData("p.yaml", "a: b: c", "is no YAML")]
    [InlineData("p.txt", "SECRET", "--prompt-version chooses among the versions of a manifest", "--prompt-version", "v9")]
    public async Task A_prompt(string file, string text, string message, params string[] more) =>
        Told(message, await bench.RunAsync(["--suite", bench.Write("good.jsonl", Case), "--prompt", bench.Write(file, text), "--model", "claude-sonnet-5-5", .. more]));

    [Theory]
    [InlineData("--suite and --model and --prompt must be given, or --deployment")]
    [InlineData("--gate and --revision are about a deployment", "--gate", "golden")]
    [InlineData("--gate and --revision are about a deployment", "--revision", "stable")]
    [InlineData("--suite-name chooses among the suites", "--suite-name", "golden")]
    [InlineData("--suite nowhere.jsonl cannot be read", "--suite", "nowhere.jsonl", "--prompt", "GOOD", "--model", "claude-sonnet-5-5")]
    [InlineData("--prompt nowhere.txt cannot be read", "--suite", "x", "--prompt", "nowhere.txt", "--model", "claude-sonnet-5-5")]
    [InlineData("nowhere.yaml cannot be read", "--suite", "nowhere.yaml", "--prompt", "GOOD", "--model", "claude-sonnet-5-5")]
    [InlineData("model: ", "--suite", "x", "--prompt", "GOOD", "--model", "not a model")]
    [InlineData("parameters.maxTokens: ", "--suite", "x", "--prompt", "GOOD", "--model", "claude-sonnet-5-5", "--max-tokens", "0")]
    [InlineData("'120%' is no share", "--pass-rate", "120%")]
    [InlineData("--concurrency: must be from 1 to 256, not 0", "--concurrency", "0")]
    [InlineData("--upstream must be an http or https address without credentials", "--upstream", "https://me:SECRET@example.com")]
    [InlineData("--upstream must be an http or https address without credentials", "--upstream", "ftp://example.com")]
    [InlineData("--key-file nowhere cannot be read", "--key-file", "nowhere")]
    [InlineData("--key-file EMPTY is empty", "--key-file", "EMPTY")]
    [InlineData("--key-file TWO holds more than a key", "--key-file", "TWO")]
    public async Task Arguments(string message, params string[] args)
    {
        var files = new Dictionary<string, string> { ["GOOD"] = bench.Write("GOOD", "SECRET"), ["EMPTY"] = bench.Write("EMPTY", " \n"), ["TWO"] = bench.Write("TWO", "SECRET\nSECRET") };
        Told(message, await bench.RunAsync([.. args.Select(a => files.GetValueOrDefault(a, a))]));
    }

    [Theory]
    [InlineData(null, null, null, null, "https://api.anthropic.com/", "")]
    [InlineData(null, null, null, "k", "https://api.anthropic.com/", "k")]
    [InlineData(null, "", null, "k", "https://api.anthropic.com/", "k")]
    [InlineData(null, "http://gateway:8080/claude", null, null, "http://gateway:8080/claude", "")]
    [InlineData("https://other", "http://gateway", "KEY", "k", "https://other/", "from-file")]
    public async Task Address_and_key_come_from_the_command_line_then_from_what_the_sdks_read(string? upstream, string? baseUrl, string? keyFile, string? key, string address, string wanted)
    {
        var file = keyFile is null ? null : bench.Write("KEY", "from-file\n");
        var reading = UpstreamInput.ReadAsync(upstream, file, name => name switch { "ANTHROPIC_BASE_URL" => baseUrl, "ANTHROPIC_API_KEY" => key, _ => null }, TestContext.Current.CancellationToken);
        if (wanted.Length == 0 && baseUrl is null) Assert.Contains("--key-file", (await Assert.ThrowsAsync<CliException>(() => reading)).Message, StringComparison.Ordinal);
        else Assert.Equal((address, wanted), ((await reading).Address.AbsoluteUri, (await reading).Key));
    }

    [Theory]
    [InlineData("http://gateway", "k", true)]
    [InlineData("http://gateway", "", false)]
    [InlineData("http://127.0.0.1:8787", "k", false)]
    [InlineData("https://gateway", "k", false)]
    public void A_key_that_others_could_read_on_the_way_is_known(string address, string key, bool open) => Assert.Equal(open, new UpstreamInput(new Uri(address), key).IsOpen);

    private void Told(string message, (int Code, string Output, string Error) run)
    {
        Assert.True(run.Error.Contains(message, StringComparison.Ordinal), run.Error);
        Assert.DoesNotContain("SECRET", run.Error + run.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Equal(0, bench.Claude.Ledger.Totals().Requests);
    }
}
