using Operator.Api;
using Operator.Cli.Local.Platform;
using Operator.Cli.Local.Stories;
using Operator.Testing;

namespace Operator.Cli.Tests.Readme;

/// <summary>
/// Every command that the README of this repository shows is typed at a terminal beside <c>kubectl claude local</c>, and writes what stands
/// below it. <c>UPDATE_README=1</c> writes those outputs anew that differ.
/// </summary>
[Collection("local")]
public sealed class ReadmeCommandsTests
{
    private const string Install = nameof(Install);

    /// <summary>What is not typed here, and why.</summary>
    private static readonly (string Begin, string Reason)[] NotTyped =
    [
        ("dotnet ", "builds, tests, measures or starts this repository; other tests and .ci/run do that"),
        ("helm install ", "Helm is not on every machine; the tests of the chart render it and apply it where it is"),
        ("export ", "the terminal of the test has both variables already"),
    ];

    /// <summary>What a reader puts in.</summary>
    private static readonly (string Placeholder, string Meant)[] Meant = [(" NAME", " ticket-triage -n support"), (" FILE", " config/samples"), (" tool.yaml", " $HOME/tool.yaml")];

    /// <summary>A tool of the reader's own. It has no pods: limiters of its own would stand in outputs below.</summary>
    private const string Tool = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: tool, namespace: support}
        spec:
          replicas: 0
          selector: {matchLabels: {app: tool}}
          template:
            metadata: {labels: {app: tool}, annotations: {claudeops.dev/deployments: ticket-triage}}
            spec: {containers: [{name: tool, image: claude-users}]}
        """;

    private static string Readme => Repository.PathOf("README.md");

    [Fact]
    public async Task Every_command_beside_local_writes_what_the_readme_shows()
    {
        if (!Terminal.IsPresent) Assert.Skip("there is no kubectl or no /bin/sh here");
        var cancellation = TestContext.Current.CancellationToken;
        await using var platform = await LocalPlatform.StartAsync(new LocalOptions(), cancellation);
        await platform.InstallAsync(null, _ => { }, cancellation);
        await new StoryStage(platform, _ => { }).BeginAsync(cancellation);
        await LocalPlatform.UntilAsync(
            async () => (await platform.Client.ListAsync<ClaudeQuota>(null, cancellation)).Items.All(IsUsed), "every quota to be used", cancellation);
        var typed = (await TypedAsync(cancellation)).Where(c => c.Section != Install || c.IsInline).ToList();
        // Those in sentences change nothing that is shown: they come before the story that the blocks tell.
        await TypeAsync(platform, [.. typed.Where(c => c.IsInline).DistinctBy(c => c.Line).ExceptBy(typed.Where(c => !c.IsInline).Select(c => c.Line), c => c.Line)], cancellation);
        // More users see faster what a step needs to see; twice as many would come near to the quota.
        platform.Users.Load = 1.5;
        await TypeAsync(platform, [.. typed.Where(c => !c.IsInline)], cancellation);
    }

    [Fact]
    public async Task The_commands_of_the_installation_install_everything_in_an_empty_cluster()
    {
        if (!Terminal.IsPresent) Assert.Skip("there is no kubectl or no /bin/sh here");
        var cancellation = TestContext.Current.CancellationToken;
        await using var platform = await LocalPlatform.StartAsync(new LocalOptions(), cancellation);
        await TypeAsync(platform, [.. (await TypedAsync(cancellation)).Where(c => c is { Section: Install, IsInline: false })], cancellation);
    }

    [Fact]
    public async Task What_is_not_typed_is_named_with_its_reason()
    {
        var lines = ShownCommand.In(await File.ReadAllTextAsync(Readme, TestContext.Current.CancellationToken)).Select(c => Command(c.Line)).ToList();
        Assert.DoesNotContain(lines, l => !IsTyped(l) && !NotTyped.Any(n => l.StartsWith(n.Begin, StringComparison.Ordinal)));
        Assert.All(NotTyped, n => Assert.Contains(lines, l => l.StartsWith(n.Begin, StringComparison.Ordinal)));
        Assert.True(lines.Count(IsTyped) >= 15, "the README shows hardly any command");
    }

    private static async Task<IReadOnlyList<ShownCommand>> TypedAsync(CancellationToken cancellationToken) =>
        [.. ShownCommand.In((await File.ReadAllTextAsync(Readme, cancellationToken)).ReplaceLineEndings("\n")).Where(c => IsTyped(Command(c.Line)))];

    /// <summary>By more than a first handful: the guesses for those alone would make another limit the tightest.</summary>
    private static bool IsUsed(ClaudeQuota quota) => quota.Status?.Usage is { Count: > 0 } usage && usage[0].Requests?.Used >= 50;

    private static async Task TypeAsync(LocalPlatform platform, IReadOnlyList<ShownCommand> commands, CancellationToken cancellationToken)
    {
        Assert.NotEmpty(commands);
        using var terminal = new Terminal(platform.Kubeconfig, platform.Claude!.Address);
        terminal.Write("tool.yaml", Tool);
        List<(ShownCommand Command, string Written)> differ = [];
        foreach (var command in commands)
        {
            var line = Meant.Aggregate(command.Line, (l, m) => l.Replace(m.Placeholder, m.Meant, StringComparison.Ordinal));
            var isWatch = line.EndsWith(" -w", StringComparison.Ordinal);
            var (code, output) = await terminal.RunAsync(line, isWatch ? shown => shown.Split('\n').Length > 2 : null, cancellationToken);
            Assert.True(code == command.Code, $"$ {line}\nended with {code}, not {command.Code}\n{output}");
            if (command.Output is { } shown && !ShownText.Fits(shown, output)) differ.Add((command, output));
        }
        if (Environment.GetEnvironmentVariable("UPDATE_README") == "1") await UpdateAsync(differ, cancellationToken);
        else Assert.All(differ, d => Assert.Equal($"$ {d.Command.Line}\n{ShownText.Stable(d.Command.Output!)}", $"$ {d.Command.Line}\n{ShownText.Stable(d.Written)}"));
    }

    private static async Task UpdateAsync(IEnumerable<(ShownCommand Command, string Written)> differ, CancellationToken cancellationToken)
    {
        var text = (await File.ReadAllTextAsync(Readme, cancellationToken)).ReplaceLineEndings("\n");
        foreach (var (command, written) in differ.OrderByDescending(d => d.Command.OutputAt))
            text = text.Remove(command.OutputAt, command.Output!.Length).Insert(command.OutputAt, written);
        await File.WriteAllTextAsync(Readme, text, cancellationToken);
    }

    /// <summary>Without the variables that stand before it.</summary>
    private static string Command(string line) => string.Join(' ', line.Split(' ').SkipWhile(w => w.Contains('=', StringComparison.Ordinal)));

    private static bool IsTyped(string command) => command.StartsWith("kubectl ", StringComparison.Ordinal);
}
