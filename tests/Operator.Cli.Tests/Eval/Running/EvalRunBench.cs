using Operator.MockClaude;
using Operator.MockClaude.Answers;

namespace Operator.Cli.Tests.Eval.Running;

/// <summary>A mock of the Claude API that sorts tickets, a folder for files, and the command as a user calls it.</summary>
public sealed class EvalRunBench : IAsyncLifetime
{
    internal const string Suite = """
        {"id":"refund","slice":"billing","messages":[{"role":"user","content":"When will my refund arrive?"}],"checks":[{"equals":"billing"}]}
        {"id":"invoice","slice":"billing","messages":[{"role":"user","content":"I was charged twice."}],"checks":[{"contains":"billing"}]}
        {"id":"site-down","slice":"outage","messages":[{"role":"user","content":"Nobody can log in."}],"checks":[{"equals":"billing"}]}
        {"id":"known-good","sentinel":"good","answer":"billing","checks":[{"equals":"billing"}]}
        {"id":"known-bad","sentinel":"bad","answer":"I am not sure.","checks":[{"equals":"billing"}]}

        """;

    internal const string Prompts = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: triage-v14, labels: {claudeops.dev/prompt: triage, claudeops.dev/prompt-version: v14}}
        data: {system: You sort tickets.}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: triage-v15, labels: {claudeops.dev/prompt: triage, claudeops.dev/prompt-version: v15}}
        data: {system: You sort tickets into a creative category.}

        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("eval-run-").FullName;

    internal MockClaudeServer Claude { get; private set; } = null!;

    internal string Upstream => Claude.Address.ToString().TrimEnd('/');

    internal string Key => Path.Combine(_folder, "key");

    /// <summary>Told of each question that the mock is about to answer.</summary>
    internal Action<MockPrompt>? Asked { get; set; }

    public async ValueTask InitializeAsync()
    {
        var usual = new Behaviour { ThinkingTokens = 0, OutputTokens = new Lognormal(12), Answer = Hear };
        Claude = await MockClaudeServer.StartAsync(
            new MockClaudeOptions
            {
                Behaviour = usual,
                Behaviours =
                [
                    new BehaviourRule(usual with { Quality = 0 }) { SystemContains = "creative category" },
                    new BehaviourRule(usual with { Answer = KnownAnswers.Judge }) { SystemContains = "You grade one answer" },
                ],
                Answers = [new MockAnswer("refund", "billing"), new MockAnswer("charged twice", "billing"), new MockAnswer("log in", "outage"), new MockAnswer("escape", "\u001b[31mred")],
            },
            TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Key, MockClaudeOptions.DefaultKey + "\n", TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Claude.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private string? Hear(MockPrompt prompt)
    {
        Asked?.Invoke(prompt);
        return null;
    }

    /// <summary>A file with a text.</summary>
    internal string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Calls <c>eval run</c> with the mock; paths in its texts are those below the folder.</summary>
    internal async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        string[] upstream = args.Contains("--upstream") ? [] : ["--upstream", Upstream];
        string[] key = args.Contains("--key-file") ? [] : ["--key-file", Key];
        return await RunBareAsync([.. args, .. upstream, .. key]);
    }

    /// <summary>Calls <c>eval run</c> with nothing but these arguments.</summary>
    internal async Task<(int Code, string Output, string Error)> RunBareAsync(params string[] args) => await RunBareAsync(TestContext.Current.CancellationToken, args);

    /// <summary>Calls <c>eval run</c> and may interrupt it.</summary>
    internal async Task<(int Code, string Output, string Error)> RunBareAsync(CancellationToken cancellationToken, params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await CommandTree.RunAsync(["eval", "run", .. args], new() { Output = output, Error = error }, cancellationToken);
        return (code, Below(output), WithoutProgress(Below(error)));
    }

    /// <summary>Without lines that only stand there when the machine is slow.</summary>
    internal static string WithoutProgress(string text) =>
        string.Concat(text.Split('\n').Where(l => l.Length > 0 && !l.StartsWith("waiting for ", StringComparison.Ordinal) && !l.EndsWith(" ...", StringComparison.Ordinal)).Select(l => l + "\n"));

    private string Below(StringWriter text) => text.ToString().ReplaceLineEndings("\n").Replace(_folder + "/", "", StringComparison.Ordinal);
}
