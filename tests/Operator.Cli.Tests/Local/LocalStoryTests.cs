using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Operator.Cli.Cluster;
using Operator.Cli.Local;
using Operator.Cli.Local.Platform;
using Operator.Cli.Local.Stories;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Testing;

namespace Operator.Cli.Tests.Local;

/// <summary>Cluster, operator, limiters, users and mock together: nothing of it is fed or faked but the model.</summary>
[Collection("local")]
public partial class LocalStoryTests
{
    [Fact]
    public async Task A_slow_version_is_rolled_back_by_what_its_users_measured_and_the_commands_tell_it()
    {
        await using var platform = await LocalPlatform.StartAsync(new LocalOptions(), TestContext.Current.CancellationToken);
        await platform.InstallAsync(null, _ => { }, TestContext.Current.CancellationToken);
        var result = await StoryPlayer.PlayAsync("bad-latency", new StoryStage(platform, _ => { }), TestContext.Current.CancellationToken);
        Assert.True(result.Succeeded, $"{result.Error}\n{string.Join('\n', result.Checks)}\n{string.Join('\n', result.Weights)}");
        Assert.Contains("v14+v17@10%", result.Weights);

        var (code, text, _) = await RunAsync(platform, "get", "-A", "-o", "wide");
        Assert.Equal(ExitCode.Done, code);
        Assert.Matches(@"NAMESPACE +NAME +STABLE +CANARY +WEIGHT +GATES +PHASE +MODEL +LIMITERS +AGE +MESSAGE", text);
        Assert.Matches(@"support +ticket-triage +v14 .* RolledBack +claude-sonnet-5-5 +3/3", text);
        (code, text, _) = await RunAsync(platform, "status", "ticket-triage", "-n", "support");
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("latencyP95", text, StringComparison.Ordinal);
        Assert.Contains("rejected", text, StringComparison.Ordinal);
        (code, text, _) = await RunAsync(platform, "quota", "-A");
        Assert.Matches(@"platform/organization +\S+ .*\n  docs/writing-tools .*\n  support/support-tools ", text.ReplaceLineEndings("\n"));
        (code, text, _) = await RunAsync(platform, "get", "deployments", "ticket-triage", "-n", "support", "-o", "json");
        Assert.Equal("RolledBack", (string?)JsonNode.Parse(text)!["status"]!["phase"]);
        (code, text, _) = await RunAsync(platform, "eval", "ticket-triage", "-n", "support");
        Assert.Equal(2, Pass().Count(text));
        await MetricsOfAlertsAsync(platform);
        (code, _, var error) = await RunAsync(platform, "status", "ticket-triag", "-n", "support");
        Assert.Equal((ExitCode.NotFound, true), (code, error.Contains("did you mean 'ticket-triage'?", StringComparison.Ordinal)));
        (code, _, error) = await RunAsync(platform, "promote", "ticket-triage", "-n", "support");
        Assert.Equal((ExitCode.Failed, true), (code, error.Contains("no rollout under way", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_tour_ends_as_it_must()
    {
        if (Environment.GetEnvironmentVariable("TOUR") != "1") Assert.Skip("TOUR=1 plays the whole tour, which takes two minutes; the other test plays a part of it");
        var output = new StringWriter();
        var code = await LocalRun.RunAsync(new LocalRequest("tour", Json: true, null, null, 0, 1), output, TextWriter.Null, TestContext.Current.CancellationToken);
        Assert.True(code == 0, output.ToString());
    }

    [Fact]
    public async Task Wrong_arguments_are_told_and_start_nothing()
    {
        var error = new StringWriter();
        Assert.Equal(2, await LocalRun.RunAsync(new LocalRequest(null, false, new Uri("https://example.test"), null, 0, 1), TextWriter.Null, error, CancellationToken.None));
        Assert.Contains("--key-file", error.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Alerts and dashboards name what operator and limiters really emit, with the labels that it has.</summary>
    private static async Task MetricsOfAlertsAsync(LocalPlatform platform)
    {
        using var http = new HttpClient();
        var emitted = new List<string>();
        foreach (var pod in (await platform.Client.ListAsync<V1Pod>(new ListOptions())).Items.Where(p => p.Status?.Phase == "Running"))
        {
            var isOperator = pod.Metadata.NamespaceProperty == "claude-operator-system";
            emitted.AddRange((await http.GetStringAsync(new Uri($"http://{pod.Status!.PodIP}:{(isOperator ? 8080 : 8788)}/metrics"))).Split('\n'));
        }
        var folder = Repository.PathOf("charts", "claude-operator", "files");
        var texts = Directory.GetFiles(Path.Combine(folder, "dashboards")).Append(Path.Combine(folder, "alerts.yaml")).Select(File.ReadAllText).ToList();
        var missing = new SortedSet<string>(StringComparer.Ordinal);
        foreach (Match metric in texts.SelectMany(t => Metric().Matches(t.Replace("\\\"", "\"", StringComparison.Ordinal))))
        {
            var name = metric.Groups["name"].Value;
            var lines = emitted.Where(l => l.StartsWith(name + "{", StringComparison.Ordinal) || l.StartsWith(name + " ", StringComparison.Ordinal)).ToList();
            if (lines.Count == 0 && !emitted.Exists(l => l.StartsWith($"# TYPE {name} ", StringComparison.Ordinal))) missing.Add(name);
            foreach (Match label in Label().Matches(metric.Groups["labels"].Value))
            {
                if (lines.Count > 0 && !lines.Exists(l => l.Contains(label.Groups[1].Value + "=\"", StringComparison.Ordinal))) missing.Add($"{name}{{{label.Groups[1].Value}}}");
            }
        }
        Assert.Empty(missing);
    }

    [GeneratedRegex(@"(?<name>(?:claude|claudeops|controller_runtime|leader_election|workqueue)_[a-z_]+)(?:\{(?<labels>[^}]*)\})?")]
    private static partial Regex Metric();

    [GeneratedRegex(@"([a-z_]+)\s*(?:=~|!=|!~|=)")]
    private static partial Regex Label();

    private static async Task<(int Code, string Output, string Error)> RunAsync(LocalPlatform platform, params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await CommandTree.Create().Parse([.. args, "--kubeconfig", platform.Kubeconfig]).InvokeAsync(new() { Output = output, Error = error }, TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }

    [GeneratedRegex(@"golden +\w+ +Completed +Pass")]
    private static partial Regex Pass();
}
