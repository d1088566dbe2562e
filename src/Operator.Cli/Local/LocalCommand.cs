using System.CommandLine;
using Operator.Cli.Local.Platform;
using Operator.Cli.Local.Stories;
using Operator.Cli.Local.View;

namespace Operator.Cli.Local;

/// <summary>Runs cluster, operator, limiters and a mock of the API on this machine.</summary>
internal static class LocalCommand
{
    public static Command Create()
    {
        var scenario = new Option<string?>("--scenario") { Description = "Plays a story without hands and exits 0 only when it ended as it must: " + string.Join(", ", StoryPlayer.Stories.Keys) + "." };
        scenario.AcceptOnlyFromAmong([.. StoryPlayer.Stories.Keys]);
        var output = new Option<string>("--output", "-o") { Description = "text, or json for machines: what happened, when it ended.", DefaultValueFactory = _ => "text" };
        output.AcceptOnlyFromAmong("text", "json");
        var upstream = new Option<Uri?>("--upstream") { Description = "Calls this Claude API, such as https://api.anthropic.com, instead of the mock; needs --key-file, and costs money." };
        var keyFile = new Option<FileInfo?>("--key-file") { Description = "A file with the API key for --upstream." };
        var port = new Option<int>("--port") { Description = "The port of the cluster's API server on 127.0.0.1; 0, the default, for any free one." };
        var seed = new Option<int>("--seed") { Description = "What the mock's answers follow from.", DefaultValueFactory = _ => 1 };
        var command = new Command("local", "Runs a cluster with operator, limiters and a mock of the Claude API on this machine.") { scenario, output, upstream, keyFile, port, seed };
        command.SetAction((parsed, cancellation) => LocalRun.RunAsync(
            new LocalRequest(
                parsed.GetValue(scenario), parsed.GetValue(output) == "json", parsed.GetValue(upstream), parsed.GetValue(keyFile), parsed.GetValue(port), parsed.GetValue(seed)),
            parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, cancellation));
        return command;
    }
}
