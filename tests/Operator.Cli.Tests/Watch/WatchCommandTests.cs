using System.Text;
using System.Threading.Channels;
using Operator.Api;
using Operator.Cli.Cluster;
using Operator.Cli.Tests.Cluster;

namespace Operator.Cli.Tests.Watch;

public sealed class WatchCommandTests(SampleCluster sample) : IClassFixture<SampleCluster>
{
    [Fact]
    public async Task Every_change_is_a_line_until_the_user_has_seen_enough()
    {
        var cluster = sample.Inner;
        var lines = new LineWriter();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var watching = CommandTree.RunAsync(["watch", "triage", "-n", "support", "--kubeconfig", cluster.Kubeconfig], new() { Output = lines, Error = TextWriter.Null }, enough.Token);

        Assert.EndsWith("support/triage  Progressing: stable v14 (aaaaaaaaaa, claude-sonnet-5-5), canary v15 (bbbbbbbbbb, claude-sonnet-5-5) at 10%; step 2 of 3 holds until 12:30", await lines.NextAsync(), StringComparison.Ordinal);
        await cluster.ApplyAsync("""
            apiVersion: claudeops.dev/v1alpha1
            kind: ClaudeDeployment
            metadata: {name: triage, namespace: support}
            spec: {model: claude-sonnet-5-5, prompt: {name: triage, version: v15}, quotaRef: {name: tools}}
            status: {phase: Healthy, message: v15 serves}
            """);
        Assert.EndsWith("support/triage  Healthy: stable none; v15 serves", await lines.NextAsync(), StringComparison.Ordinal);
        await cluster.Client.DeleteAsync<ClaudeDeployment>("triage", "support", null, TestContext.Current.CancellationToken);
        Assert.EndsWith("support/triage  deleted", await lines.NextAsync(), StringComparison.Ordinal);

        await enough.CancelAsync();
        Assert.Equal(ExitCode.Done, await watching);
    }

    /// <summary>Hands over lines as they are written.</summary>
    private sealed class LineWriter : TextWriter
    {
        private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

        public override Encoding Encoding => Encoding.UTF8;

        public override Task WriteLineAsync(string? value) => _lines.Writer.WriteAsync(value ?? "").AsTask();

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public async Task<string> NextAsync()
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            patience.CancelAfter(TimeSpan.FromSeconds(60));
            return await _lines.Reader.ReadAsync(patience.Token);
        }
    }
}
