namespace Operator.Cli.Tests;

public sealed class OwnArgumentsHelpTests
{
    [Fact]
    public async Task Help_of_a_subcommand_shows_how_it_is_called_without_what_stands_above()
    {
        var help = await HelpAsync("eval", "run", "--help");
        Assert.Matches(@"Usage:\s+\S+ eval run \[options\]", help);
        Assert.DoesNotContain("Arguments:", help, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_of_a_command_shows_its_own_arguments()
    {
        var tree = CommandTree.Create();
        await HelpAsync(tree, "eval", "run", "--help");
        // Also after the help of what stands below.
        Assert.Matches(@"Usage:\s+\S+ eval \[<deployment>\]", await HelpAsync(tree, "eval", "--help"));
        Assert.Matches(@"Usage:\s+\S+ promote <", await HelpAsync(tree, "promote", "--help"));
    }

    private static Task<string> HelpAsync(params string[] args) => HelpAsync(CommandTree.Create(), args);

    private static async Task<string> HelpAsync(System.CommandLine.RootCommand tree, params string[] args)
    {
        var output = new StringWriter();
        Assert.Equal(0, await tree.Parse(args).InvokeAsync(new() { Output = output, Error = output }, TestContext.Current.CancellationToken));
        return output.ToString();
    }
}
