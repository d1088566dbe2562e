using System.Text.RegularExpressions;
using Operator.Cli.Local.View;
using Spectre.Console;

namespace Operator.Cli.Tests.Local.View;

public sealed partial class ViewTests
{
    private static readonly LocalState State = new(
        [
            new DeploymentRow("docs/release-notes", "Healthy", "v1", "-", "0% (- seen)", "-", "2/2", "2c7cfe980a serves all traffic"),
            new DeploymentRow("support/ticket-triage", "RolledBack", "v14", "v17", "10% (9.6% seen)", "1/3", "3/3", "latencyP95 was 900ms [of 412], at most 500ms are allowed"),
        ],
        [new QuotaRow("platform/organization", "Throttled", "4700/4800 requests/min of sonnet-5-5", "$0.27 today")],
        "users: 120 answered, 3 refused for a limit, 0 failed; Claude API (mock): 123 requests, 0 refused, $0.27");

    private static readonly string[] Events = [.. Enumerable.Range(1, 14).Select(i => $"{i,6}.0 s  event {i}")];

    [Theory]
    [InlineData(true, false, "xterm-256color", true)]
    [InlineData(true, false, null, true)]
    [InlineData(true, false, "dumb", false)]
    [InlineData(true, true, "xterm-256color", false)]
    [InlineData(false, false, "xterm-256color", false)]
    public void Only_a_terminal_that_can_do_more_than_lines_shows_a_picture(bool isConsole, bool isRedirected, string? term, bool live) =>
        Assert.Equal(live, LocalView.IsLive(isConsole, isRedirected, term));

    [Theory]
    [InlineData(40)]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(99)]
    [InlineData(100)]
    [InlineData(140)]
    [InlineData(250)]
    public void The_picture_keeps_to_the_width_and_leaves_out_what_matters_least(int width)
    {
        var lines = Draw(width).Split('\n');
        Assert.All(lines, l => Assert.True(l.Length <= width, $"{l.Length} columns of {width}: {l}"));
        var text = string.Join('\n', lines);
        Assert.Equal(width >= 100, text.Contains("limiters", StringComparison.Ordinal));
        Assert.Equal(width >= 100, text.Contains("spend", StringComparison.Ordinal));
        if (width >= 80) Assert.All(["support/ticket-triage", "RolledBack", "v14", "v17", "10%", "Throttled", "4700/4800"], shown => Assert.Contains(shown, text, StringComparison.Ordinal));
        Assert.Contains("event 14", text, StringComparison.Ordinal);
        Assert.DoesNotContain("event 4\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, ColorSystemSupport.Detect)]
    [InlineData("", ColorSystemSupport.Detect)]
    [InlineData("1", ColorSystemSupport.NoColors)]
    public void Colours_are_left_out_where_they_are_not_wanted(string? noColor, ColorSystemSupport expected) => Assert.Equal(expected, WideView.Settings(noColor).ColorSystem);

    [Theory]
    [InlineData(ColorSystemSupport.EightBit, true)]
    [InlineData(ColorSystemSupport.NoColors, false)]
    public void Without_colours_the_picture_says_the_same(ColorSystemSupport colours, bool coloured)
    {
        var text = Draw(120, AnsiSupport.Yes, colours);
        Assert.Equal(coloured, Colour().IsMatch(text));
        Assert.Contains("RolledBack", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_tell_a_state_once_and_read_alone()
    {
        var output = new StringWriter { NewLine = "\n" };
        using var view = new NarrowView(output);
        view.Show(State);
        view.Show(State);
        view.Show(State with { Deployments = [State.Deployments[0] with { Phase = "Progressing", Canary = "v2", Weight = "10% (- seen)", Message = "" }] });
        Assert.Equal(
            [
                "docs/release-notes: Healthy, stable v1: 2c7cfe980a serves all traffic",
                "support/ticket-triage: RolledBack, stable v14, canary v17 at 10%: latencyP95 was 900ms [of 412], at most 500ms are allowed",
                "platform/organization: quota Throttled",
                "docs/release-notes: Progressing, stable v1, canary v2 at 10%",
            ],
            output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(" s  ")[1]));
    }

    [Fact]
    public void A_terminal_that_is_gone_ends_the_telling_and_not_the_run()
    {
        using var output = new Gone();
        using (var lines = new NarrowView(output))
        {
            lines.Tell("first");
            lines.Tell("second");
        }
        Assert.Equal(1, output.Asked);
        using var picture = new WideView(Console(120, output, AnsiSupport.Yes, ColorSystemSupport.EightBit));
        picture.Tell("third");
    }

    private static string Draw(int width, AnsiSupport ansi = AnsiSupport.No, ColorSystemSupport colours = ColorSystemSupport.NoColors)
    {
        var output = new StringWriter { NewLine = "\n" };
        Console(width, output, ansi, colours).Write(WideView.Render(State, Events, width));
        return output.ToString();
    }

    private static IAnsiConsole Console(int width, TextWriter output, AnsiSupport ansi, ColorSystemSupport colours)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = ansi, ColorSystem = colours, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = width;
        return console;
    }

    [GeneratedRegex(@"\x1b\[[0-9;]*3[0-9]")]
    private static partial Regex Colour();

    /// <summary>A terminal that was closed.</summary>
    private sealed class Gone : StringWriter
    {
        public int Asked { get; private set; }

        public override void WriteLine(string? value) => Fail();

        public override void Write(string? value) => Fail();

        public override void Write(char value) => Fail();

        public override void Write(char[] buffer, int index, int count) => Fail();

        public override void Flush() => Fail();

        private void Fail()
        {
            Asked++;
            throw new IOException("Input/output error");
        }
    }
}
