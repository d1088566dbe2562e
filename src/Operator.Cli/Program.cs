using System.CommandLine;
using Operator.Cli.Local;
using Operator.Cli.Version;

var root = new RootCommand("See and steer ClaudeDeployments, ClaudeQuotas and ClaudeEvalRuns.")
{
    LocalCommand.Create(),
    VersionCommand.Create(),
};
// Ctrl-C is obeyed in order: nothing is left behind.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(60) });
