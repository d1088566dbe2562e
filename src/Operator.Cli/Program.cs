using System.CommandLine;
using Operator.Cli.Local;
using Operator.Cli.Version;

var root = new RootCommand("See and steer ClaudeDeployments, ClaudeQuotas and ClaudeEvalRuns.")
{
    LocalCommand.Create(),
    VersionCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
