using System.Text.RegularExpressions;
using Operator.Cli.Tests.Cluster;
using Operator.Cli.Tests.Eval.Running;

namespace Operator.Cli.Tests;

/// <summary>The outputs that the README shows are those of the command. <c>UPDATE_README=1</c> writes them anew.</summary>
public sealed partial class ReadmeTests(SampleCluster sample) : IClassFixture<SampleCluster>
{
    private const string Change = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: triage-v16, labels: {claudeops.dev/prompt: triage, claudeops.dev/prompt-version: v16}}
        data: {system: You sort tickets well.}
        ---
        apiVersion: claudeops.dev/v1alpha1
        kind: ClaudeDeployment
        metadata: {name: triage}
        spec:
          model: claude-sonnet-5-5
          prompt: {name: triage, version: v16}
          quotaRef: {name: tools}
          canary:
            steps:
            - {weight: 5, hold: 10m, minRequests: 200}
            - {pause: {}}
            - {weight: 50, hold: 15m}
          gates:
            evals:
            - {name: golden, suite: {configMap: triage-evals}, passRate: 95%, maxRegression: 2%}
            live:
            - {metric: errorRate, maxIncrease: 1%}
        """;

    [Fact]
    public async Task Every_output_that_the_readme_shows_is_what_the_command_writes()
    {
        var cluster = sample.Inner;
        await using var bench = new EvalRunBench();
        await bench.InitializeAsync();
        var files = new Dictionary<string, string>
        {
            ["change.yaml"] = cluster.WriteFile("change.yaml", Change),
            ["cases.jsonl"] = bench.Write("cases.jsonl", EvalRunBench.Suite),
            ["wrong.jsonl"] = bench.Write("wrong.jsonl", EvalRunBench.Suite.Replace("\"contains\"", "\"containts\"", StringComparison.Ordinal)),
            ["prompts.yaml"] = bench.Write("prompts.yaml", EvalRunBench.Prompts),
            ["broken.yaml"] = cluster.WriteFile("broken.yaml", Change.Replace("weight: 50", "weight: 3", StringComparison.Ordinal).Replace("quotaRef:", "quotaReff:", StringComparison.Ordinal)),
        };
        var path = Find();
        var text = (await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)).ReplaceLineEndings("\n");
        var isUpdate = Environment.GetEnvironmentVariable("UPDATE_README") == "1";
        var examples = Example().Matches(text);
        Assert.True(examples.Count >= 10, "the README shows hardly any command");
        foreach (Match example in examples)
        {
            string[] args = [.. example.Groups["args"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(a => files.GetValueOrDefault(a, a))];
            var (output, error) = (new StringWriter(), new StringWriter());
            if (args is ["eval", "run", ..]) args = [.. args, "--upstream", bench.Upstream, "--key-file", bench.Key];
            if (args[0] != "lint") args = [.. args, "--kubeconfig", cluster.Kubeconfig];
            var code = await CommandTree.RunAsync(args, new() { Output = output, Error = error }, TestContext.Current.CancellationToken);
            var written = output.ToString().ReplaceLineEndings("\n") + EvalRunBench.WithoutProgress(error.ToString().ReplaceLineEndings("\n"));
            foreach (var (name, file) in files) written = written.Replace(file, name, StringComparison.Ordinal);
            if (isUpdate) text = text.Replace(example.Value, example.Value[..^example.Groups["output"].Length] + written, StringComparison.Ordinal);
            else Assert.Equal(Stable(example.Groups["output"].Value), Stable(written));
            Assert.Equal(example.Groups["code"].Success ? int.Parse(example.Groups["code"].Value, System.Globalization.CultureInfo.InvariantCulture) : 0, code);
        }
        if (isUpdate) await File.WriteAllTextAsync(path, text, TestContext.Current.CancellationToken);
    }

    /// <summary>Without ages, the blanks that follow from their width, and what is told of a server that takes longer than a second.</summary>
    private static string Stable(string text) => Blanks().Replace(Age().Replace(Slow().Replace(text, ""), "AGE"), " ");

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "src", "Operator.Cli", "README.md");
            if (File.Exists(path)) return path;
        }
        throw new FileNotFoundException("src/Operator.Cli/README.md is not above the tests");
    }

    [GeneratedRegex("""```console\n\$ kubectl claude (?<args>[^\n#]*?)(?: # exit (?<code>\d))?\n(?<output>(?:(?!```)[^\n]*\n)*)""")]
    private static partial Regex Example();

    [GeneratedRegex(@"\b\d+s\b")]
    private static partial Regex Age();

    [GeneratedRegex(@"^waiting for https://\S+ \.\.\.\n", RegexOptions.Multiline)]
    private static partial Regex Slow();

    [GeneratedRegex(" +")]
    private static partial Regex Blanks();
}
