using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Operator.Cli.Cluster;
using Operator.Cli.Local.Platform;
using Operator.Cli.Local.Stories;
using Operator.Contract;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.MockClaude;
using Operator.MockClaude.Accounts;

namespace Operator.Cli.Tests.Local;

/// <summary>Keys and content stand where they must and nowhere else, in a platform in which a version was evaluated, tried and rolled back.</summary>
[Collection("local")]
public sealed class PlantedTextTests
{
    private const string Key = "sk-ant-api03-planted-key-0123456789";
    private const string AppKey = "planted-key-of-the-app";
    private const string Prompt = "planted-words-of-the-prompt";
    private const string Case = "planted-words-of-a-case";
    private const string Content = "planted-words-of-a-user";
    private const string User = "planted-name-of-a-user";

    [Fact]
    public async Task A_planted_key_and_planted_text_stand_in_no_log_metric_status_event_or_error()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("planted-").FullName;
        await using var deletion = new Deletion(folder);
        await using var platform = await LocalPlatform.StartAsync(new LocalOptions { Key = Key, Mock = Planted, Folder = folder }, cancellation);
        await platform.InstallAsync(Key, _ => { }, cancellation);
        // A suite that changes while a run asks for it makes that run worthless; the first version must have had its own.
        await LocalPlatform.UntilAsync(
            async () => await platform.Client.GetAsync<Operator.Api.ClaudeDeployment>("ticket-triage", "support") is { Status.Phase: Operator.Api.Phase.Healthy }, "the first version", cancellation);
        await PlantAsync(platform, "ticket-triage-v16", "system", text => text + Prompt);
        await PlantAsync(platform, "triage-evals", "cases.jsonl", text => text.Replace("charged twice", $"charged twice {Case}", StringComparison.Ordinal));
        var stage = new StoryStage(platform, _ => { });
        var outputs = new ReadableOutputs(platform);
        const string Story = "bad-eval";
        var result = await StoryPlayer.PlayAsync(Story, stage, cancellation);
        Assert.True(result.Succeeded, $"{result.Error}\n{string.Join('\n', result.Checks)}");
        outputs.Add("story " + Story, JsonSerializer.Serialize(result, StoryJson.Readable.StoryResult));
        await CallAsync(platform, outputs);
        await ReportAsync(platform, outputs, folder);
        await CommandsAsync(platform, outputs);
        // Events are written behind what they tell of.
        await LocalPlatform.UntilAsync(
            async () => (await platform.Client.GetTextAsync("/api/v1/namespaces/support/events")).Contains("GateFailed", StringComparison.Ordinal), "the event of the gate", cancellation);
        await outputs.CollectAsync();

        Assert.Contains("\"reason\":\"answered\"", outputs.Told("log support/"), StringComparison.Ordinal);
        foreach (var image in new[] { "eval", "claude-limiter" }) Assert.Contains(outputs.Places, p => p.StartsWith("log support/ticket-triage-golden", StringComparison.Ordinal) && p.EndsWith('/' + image, StringComparison.Ordinal));
        Assert.Contains("claude_limiter_requests_total", outputs.Told("metrics support/"), StringComparison.Ordinal);
        Assert.Contains("claudeops_limiter_reports_total", outputs.Told("metrics claude-operator-system/"), StringComparison.Ordinal);
        Assert.Contains("GateFailed", outputs.Told("events "), StringComparison.Ordinal);
        Assert.Contains("verdict", outputs.Told("claudeevalruns "), StringComparison.Ordinal);
        Assert.Empty(outputs.Holding(Key));
        Assert.Empty(outputs.Holding(AppKey));
        Assert.Empty(outputs.Holding(Content));
        Assert.Empty(outputs.Holding(User));
        // A prompt is what its own ConfigMap, the revision and the limiter's configuration are for.
        var prompts = outputs.Holding(Prompt);
        Assert.NotEmpty(prompts);
        Assert.All(prompts, where => Assert.Matches("^configmaps support/(claude-revision-ticket-triage-[0-9a-f]+|claude-limiter-ticket-triage|ticket-triage-v16)$", where));
        // So it is with the cases of a suite: all of them failed, and no run says with which words.
        Assert.Equal(["configmaps support/triage-evals"], outputs.Holding(Case));
    }

    private static MockClaudeOptions Planted(MockClaudeOptions mock) => mock with
    {
        Organizations = [.. mock.Organizations.Select(o => o with { Keys = [.. o.Keys.Where(k => k.Admin), new MockKey(Key)] })],
    };

    private static async Task PlantAsync(LocalPlatform platform, string name, string file, Func<string, string> plant)
    {
        var map = EmbeddedManifests.Read("local.prompts").Single(d => (string?)d["metadata"]!["name"] == name);
        var before = (string)map["data"]![file]!;
        var planted = plant(before);
        Assert.NotEqual(before, planted);
        map["data"]![file] = planted;
        await platform.ApplyAsync(map, CancellationToken.None);
    }

    /// <summary>Requests that are answered, and one for every way of being refused; the answers of errors are outputs.</summary>
    private static async Task CallAsync(LocalPlatform platform, ReadableOutputs outputs)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Add("anthropic-version", "2023-06-01");
        http.DefaultRequestHeaders.Add("x-api-key", AppKey);
        http.DefaultRequestHeaders.TryAddWithoutValidation("authorization", "Bearer " + AppKey);
        http.DefaultRequestHeaders.Add(RequestHeaders.User, User);
        http.DefaultRequestHeaders.Add(RequestHeaders.Conversation, Content);
        var pods = await platform.Client.ListAsync<V1Pod>(new ListOptions { Namespace = "support" });
        var pod = pods.Items.First(p => p.Status?.Phase == "Running" && (p.Spec!.Containers ?? []).Concat(p.Spec.InitContainers ?? []).Any(c => c.Image!.Contains("claude-limiter", StringComparison.Ordinal)));
        var messages = new Uri($"http://{pod.Status!.PodIP}:8787/v1/messages");
        var good = $$"""{"model":"any","max_tokens":64,"metadata":{"user_id":"{{User}}"},"messages":[{"role":"user","content":"{{Content}}"}]}""";
        async Task<HttpStatusCode> SendAsync(Uri address, string body, string? header = null, string? value = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            if (header is not null) request.Headers.Add(header, value);
            using var answer = await http.SendAsync(request);
            if (!answer.IsSuccessStatusCode) outputs.Add($"error {address.AbsolutePath} {header}", $"{answer.Headers} {await answer.Content.ReadAsStringAsync()}");
            return answer.StatusCode;
        }
        Assert.Equal(HttpStatusCode.OK, await SendAsync(messages, good));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(messages, good.Replace("\"max_tokens\"", "\"stream\":true,\"max_tokens\"", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync(messages, good[..^3]));
        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync(messages, good.Replace("\"model\"", $"\"{Content}\":1,\"{Content}\":2,\"model\"", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync(messages, good, RequestHeaders.Lane, Content));
        Assert.Equal(HttpStatusCode.NotFound, await SendAsync(messages, good, RequestHeaders.Revision, Content));
        Assert.Equal(HttpStatusCode.NotFound, await SendAsync(messages, good, RequestHeaders.Deployment, Content));
        Assert.Equal(HttpStatusCode.NotFound, await SendAsync(new Uri(messages, $"/v1/{Content}"), good));
        Assert.Equal(HttpStatusCode.NotFound, await SendAsync(messages, good.Replace("any", Content, StringComparison.Ordinal), RequestHeaders.Revision, RequestHeaders.NoRevision));
        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync(new Uri(messages, "/ofrep/v1/evaluate/flags"), $$"""{"context":{"targetingKey":"{{User}}","{{Content}}":"""));
    }

    /// <summary>
    /// What the operator answers on its channel to whoever is no limiter, or one that tells what it may not; nothing that is another's comes
    /// back. The last one is a limiter of docs, which speaks of support.
    /// </summary>
    private static async Task ReportAsync(LocalPlatform platform, ReadableOutputs outputs, string folder)
    {
        var pods = (await platform.Client.ListAsync<V1Pod>(new ListOptions())).Items;
        var limiter = pods.First(p => p.Metadata.NamespaceProperty == "docs" && p.Status?.Phase == "Running");
        var mounted = Directory.GetFiles(Path.Combine(folder, "node"), LimiterPod.AuthorityFile, SearchOption.AllDirectories).Select(f => Path.GetDirectoryName(f)!)
            .First(f => f.Contains(limiter.Metadata.Uid!, StringComparison.Ordinal) && Directory.Exists(Path.Combine(f, LimiterPod.Keys)));
        var token = await File.ReadAllTextAsync(Path.Combine(mounted, LimiterPod.TokenFile));
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.ImportFromPemFile(Path.Combine(mounted, LimiterPod.AuthorityFile));
        using var http = new HttpClient(new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = trust } });
        async Task<(int Status, string Text)> TellAsync(string bearer, string body)
        {
            // One of the replicas leads, if not this second then the next; the other one says that it does not.
            for (var tries = 0; tries < 60; tries++, await Task.Delay(500))
            {
                foreach (var replica in pods.Where(p => p.Metadata.NamespaceProperty == "claude-operator-system" && p.Status?.Phase == "Running"))
                {
                    using var request = new HttpRequestMessage(HttpMethod.Post, $"https://{replica.Status!.PodIP}:9444{ChannelProtocol.ReportPath}") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
                    request.Headers.Host = "claude-operator-limiters.claude-operator-system.svc";
                    if (bearer.Length > 0) request.Headers.TryAddWithoutValidation("authorization", "Bearer " + bearer);
                    using var answer = await http.SendAsync(request);
                    if (answer.Headers.Contains(ChannelProtocol.FollowerHeader)) continue;
                    var text = await answer.Content.ReadAsStringAsync();
                    outputs.Add("channel", text);
                    return ((int)answer.StatusCode, text);
                }
            }
            throw new InvalidOperationException("nobody leads");
        }
        var report = $$"""
            {"instance":"{{new string('a', 32)}}","namespace":"support","pod":"{{Content}}","sequence":1,"spend":[{"quota":"{{Content}}","sequence":1,"amount":5,"day":"{{Content}}"}],"measurements":[],
             "applied":[{"deployment":"support/ticket-triage","generation":1,"canaryWeight":0},{"deployment":"docs/{{Content}}","generation":1,"canaryWeight":0}],"leases":[],"signals":[],
             "demand":[{"quota":"support/support-tools","group":"sonnet-5-5","offered":{"requests":9},"backlog":{},"used":{},"debited":{},"topUp":{"requests":9} }]}
            """;
        Assert.Equal(401, (await TellAsync("", report)).Status);
        Assert.Equal(401, (await TellAsync(AppKey, report)).Status);
        Assert.Equal(400, (await TellAsync(token, report[..^40])).Status);
        Assert.Equal(400, (await TellAsync(token, report.Replace(new string('a', 32), Content, StringComparison.Ordinal))).Status);
        var (status, told) = await TellAsync(token, report);
        Assert.True(status == 200 && !told.Contains("support", StringComparison.Ordinal), told);
    }

    private static async Task CommandsAsync(LocalPlatform platform, ReadableOutputs outputs)
    {
        string[][] commands =
        [
            ["get", "-A"], ["get", "-A", "-o", "wide"], ["get", "deployments", "-A", "-o", "json"], ["get", "quotas", "-A", "-o", "json"], ["get", "evals", "-A", "-o", "json"], ["get", "evals", "-A", "-o", "wide"],
            ["status", "ticket-triage", "-n", "support"], ["status", "ticket-triage", "-n", "support", "-o", "json"], ["quota", "-A"], ["quota", "-A", "-o", "json"],
            ["eval", "ticket-triage", "-n", "support"], ["status", "planted", "-n", "support"],
        ];
        foreach (var command in commands)
        {
            var (output, error) = (new StringWriter(), new StringWriter());
            await CommandTree.Create().Parse([.. command, "--kubeconfig", platform.Kubeconfig]).InvokeAsync(new() { Output = output, Error = error }, TestContext.Current.CancellationToken);
            Assert.True(output.ToString().Length + error.ToString().Length > 0, string.Join(' ', command));
            outputs.Add("command " + string.Join(' ', command), output.ToString() + error);
        }
    }

    /// <summary>Deletes the folder after everything that has files in it.</summary>
    private sealed class Deletion(string folder) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            Directory.Delete(folder, recursive: true);
            return ValueTask.CompletedTask;
        }
    }
}
