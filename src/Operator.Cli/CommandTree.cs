using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Operator.Cli.Cluster;
using Operator.Cli.Completion;
using Operator.Cli.Diff;
using Operator.Cli.Eval;
using Operator.Cli.Get;
using Operator.Cli.Inject;
using Operator.Cli.Lint;
using Operator.Cli.Local;
using Operator.Cli.Plan;
using Operator.Cli.Quota;
using Operator.Cli.Status;
using Operator.Cli.Steer;
using Operator.Cli.Version;
using Operator.Cli.Watch;

namespace Operator.Cli;

/// <summary>All commands of kubectl-claude.</summary>
internal static class CommandTree
{
    /// <summary>Runs a command line. Wrong arguments end with <see cref="ExitCode.Usage"/>.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, InvocationConfiguration configuration, CancellationToken cancellationToken)
    {
        var parsed = Create().Parse(args);
        var code = await parsed.InvokeAsync(configuration, cancellationToken);
        return parsed.Action is ParseErrorAction ? ExitCode.Usage : code;
    }

    /// <summary>The root.</summary>
    public static RootCommand Create()
    {
        var root = new RootCommand("See and steer ClaudeDeployments, ClaudeQuotas and ClaudeEvalRuns.")
        {
            GetCommand.Create(), WatchCommand.Create(), StatusCommand.Create(), DiffCommand.Create(), QuotaCommand.Create(), EvalCommand.Create(), EvalCommand.CreateCancel(), EvalSubmission.Create(),
            LintCommand.Create(), PlanCommand.Create(), InjectCommand.Create(), LocalCommand.Create(), CompletionCommand.Create(), VersionCommand.Create(),
        };
        foreach (var steer in SteerCommand.Create()) root.Add(steer);
        foreach (var help in root.Options.OfType<HelpOption>()) help.Action = new OwnArgumentsHelp((SynchronousCommandLineAction)help.Action!);
        return root;
    }
}
