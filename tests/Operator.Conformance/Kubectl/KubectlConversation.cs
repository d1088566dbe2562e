using System.Diagnostics;
using System.Text.Json.Nodes;
using Operator.Conformance.Replay;
using Operator.Conformance.Verdicts;
using Operator.Testing.Clusters;

namespace Operator.Conformance.Kubectl;

/// <summary>The recorded kubectl commands in their order, through the real program.</summary>
public sealed class KubectlConversation(ClusterTarget target) : Conversation(target)
{
    private static readonly TimeSpan DocumentLimit = TimeSpan.FromSeconds(20);
    private readonly SymbolTable _symbols = new();
    private KubectlProgram? _kubectl;

    protected override async Task BeginAsync(CancellationToken cancellationToken)
    {
        _kubectl = new KubectlProgram(Cluster.Kubeconfig);
        if (Space.IsOwn) await _kubectl.RunAsync(["config", "set-context", "--current", "--namespace=" + Space.Live], cancellationToken);
    }

    protected override async Task<IReadOnlyList<string>> RunAsync(int index, CancellationToken cancellationToken)
    {
        var command = GoldenRecords.Commands[index];
        var known = KnownDifferences.Find(Target.Name, "kubectl", command.Number);
        if (known?.NotRun == true) return [];
        if (command.Name == "explain") await PrepareExplainAsync(cancellationToken);
        foreach (var before in known?.Before ?? []) await _kubectl!.RunAsync(before, cancellationToken);
        var isWatch = command.Command[0] != "kubectl";
        var result = isWatch ? await WatchAsync(cancellationToken) : await _kubectl!.RunAsync(command.Command.Skip(1).Select(Space.Path), cancellationToken);
        foreach (var repair in known?.Repair ?? []) await _kubectl!.RunAsync(repair, cancellationToken);

        var (exit, stdout, stderr) = known?.Instead is { } instead
            ? (instead.Exit, instead.Stdout, instead.Stderr)
            : (command.Exit, command.Stdout, command.Stderr);
        var differences = new List<string>();
        // A watch is ended from outside, here as in the recording.
        if (!isWatch && result.Exit != exit) differences.Add($"exit code expected {exit}, got {result.Exit}");
        var comparison = new TextComparison(_symbols);
        differences.AddRange(comparison.Compare("stdout", stdout, Space.Recorded(result.Stdout), known?.Mode ?? Mode(command)));
        differences.AddRange(comparison.Compare("stderr", stderr, Space.Recorded(result.Stderr), TextMode.Exact));
        foreach (var line in known?.MustPrint ?? [])
            if (!result.Stdout.Contains(line, StringComparison.Ordinal)) differences.Add($"stdout must hold '{line}'");
        return differences.Count == 0 ? [] : [$"$ {string.Join(' ', command.Command)}", .. differences];
    }

    protected override ValueTask EndAsync()
    {
        _kubectl?.Dispose();
        return ValueTask.CompletedTask;
    }

    private static TextMode Mode(RecordedCommand command) => command.Name == "describe-configmap" ? TextMode.AnyOrder : TextMode.Exact;

    /// <summary>A real server writes the document of a new kind a moment after it serves the kind.</summary>
    private async Task DocumentedAsync(CancellationToken cancellationToken)
    {
        using var client = Cluster.CreateClient();
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < DocumentLimit)
        {
            // The index is made after the documents, and names an older one for a while: only what it names is what kubectl reads.
            var index = JsonNode.Parse(await client.GetStringAsync(new Uri("/openapi/v3", UriKind.Relative), cancellationToken));
            if ((string?)index?["paths"]?["apis/example.com/v1"]?["serverRelativeURL"] is { } document)
            {
                using var answer = await client.GetAsync(new Uri(document, UriKind.Relative), cancellationToken);
                if (answer.IsSuccessStatusCode
                    && (await answer.Content.ReadAsStringAsync(cancellationToken)).Contains("/widgets/{name}", StringComparison.Ordinal)) return;
            }
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
        }
        // Without the document the command says what is missing.
    }

    /// <summary>
    /// A real server dates its index of documents to the second, so a kubectl that read it in the second in which it changed takes the
    /// old one for current as long as it keeps it. The recording was slower than that.
    /// </summary>
    private async Task PrepareExplainAsync(CancellationToken cancellationToken)
    {
        await DocumentedAsync(cancellationToken);
        _kubectl!.ForgetCache();
    }

    /// <summary>The recorded watch saw an object come, change and go.</summary>
    private async Task<KubectlResult> WatchAsync(CancellationToken cancellationToken)
    {
        Task Kubectl(params string[] arguments) => _kubectl!.RunAsync(arguments, cancellationToken);
        await Kubectl("create", "-f", "a.yaml");
        return await _kubectl!.WatchAsync(
            ["get", "wg", "-w"],
            [
                () => Kubectl("patch", "wg", "a", "--type=merge", "-p", """{"spec":{"replicas":2}}"""),
                () => Kubectl("delete", "wg", "a"),
                () => Task.CompletedTask,
            ],
            cancellationToken);
    }
}
