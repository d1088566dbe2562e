using System.Diagnostics;

namespace Operator.Cli.Tests.Completion;

public class CompletionCommandTests
{
    [Theory]
    [InlineData("bash", "complete -F")]
    [InlineData("zsh", "compdef")]
    [InlineData("fish", "complete -c kubectl-claude")]
    [InlineData("kubectl", "kubectl_complete-claude")]
    public async Task Every_shell_has_its_script(string shell, string expected) =>
        Assert.Contains(expected, (await RunAsync("completion", shell)).Output, StringComparison.Ordinal);

    [Fact]
    public async Task The_scripts_ask_the_command_for_words()
    {
        const string Line = "kubectl-claude st";
        var (_, output) = await RunAsync($"[suggest:{Line.Length}]", Line);
        Assert.Contains("status", output.Split('\n', StringSplitOptions.TrimEntries));
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("kubectl")]
    public async Task The_scripts_are_scripts(string shell)
    {
        if (!File.Exists("/bin/bash")) Assert.Skip("there is no /bin/bash here");
        using var bash = Process.Start(new ProcessStartInfo("/bin/bash", "-n") { RedirectStandardInput = true })!;
        await bash.StandardInput.WriteAsync((await RunAsync("completion", shell)).Output);
        bash.StandardInput.Close();
        await bash.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, bash.ExitCode);
    }

    private static async Task<(int Code, string Output)> RunAsync(params string[] args)
    {
        var output = new StringWriter();
        var code = await CommandTree.Create().Parse(args).InvokeAsync(new() { Output = output }, TestContext.Current.CancellationToken);
        return (code, output.ToString());
    }
}
