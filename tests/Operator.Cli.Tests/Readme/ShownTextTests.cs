namespace Operator.Cli.Tests.Readme;

public sealed class ShownTextTests
{
    [Theory]
    [InlineData("triage   v14   Healthy   True    10s\n", "triage   v14   Healthy   True    1m5s\n", true)]
    [InlineData("triage   v14   Healthy   True    10s\n", "triage   v15   Healthy   True    10s\n", false)]
    [InlineData("pod/claude-operator-f144f3faa9-kq7vv   1/1\n", "pod/claude-operator-a144f3faa9-rp6sw   1/1\n", true)]
    [InlineData("pod/claude-operator-f144f3faa9-kq7vv   1/1\n", "pod/claude-limiter-f144f3faa9-kq7vv   1/1\n", false)]
    [InlineData("a/b   Clear   -   x requests   12   4800   -    0%   0.00/40   -\n", "a/b   Clear   -   x requests   1.6k   4800   700   35%   0.27/40   0.27\n", true)]
    [InlineData("a/b   Clear   -   x requests   12   4800   -    0%   0.00/40   -\n", "a/b   Clear   -   x requests   12   4900   -    0%   0.00/40   -\n", false)]
    [InlineData("Progressing: v15 at 10%; holds 10% until 08:45:24 UTC\n", "Progressing: v15 at 10%; 13 of 30 requests seen at 10%\n", true)]
    [InlineData("Progressing: v15 at 10%; holds\n", "Progressing: v15 at 50%; holds\n", false)]
    [InlineData("…\nfirst\n…\nlast\n", "before\nfirst\nlast\n", true)]
    [InlineData("…\nfirst\n…\nlast\n", "last\nfirst\n", false)]
    [InlineData("first\n", "first\nsecond\n", false)]
    [InlineData("first\n", "waiting for https://127.0.0.1:6443 ...\nfirst\n", true)]
    public void Only_what_differs_from_run_to_run_may_differ(string shown, string written, bool fits) => Assert.Equal(fits, ShownText.Fits(shown, written));

    [Fact]
    public void Commands_are_read_from_blocks_and_sentences_with_what_stands_below_them()
    {
        const string Guide = """
            # Guide
            Call `kubectl get
            cdep`, or `status`.
            ## Story
            ```console
            $ kubectl get cq   # exit 1
            none
            $ kubectl get cer
            ```
            ```sh
            helm install x     # a chart
            ```
            """;
        Assert.Equal(
            [("Guide", "kubectl get cdep", 0, null, true), ("Story", "kubectl get cq", 1, "none\n", false), ("Story", "kubectl get cer", 0, null, false), ("Story", "helm install x     # a chart", 0, (string?)null, false)],
            ShownCommand.In(Guide.ReplaceLineEndings("\n")).Select(c => (c.Section, c.Line, c.Code, c.Output, c.IsInline)));
        Assert.Throws<FormatException>(() => ShownCommand.In("```\nkubectl get cq\n```\n"));
    }
}
