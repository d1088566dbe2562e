using System.CommandLine;
using System.Text.Json.Nodes;
using Operator.Api;
using Operator.Cli.Cluster;
using Operator.Cli.Eval.Running;
using Operator.Kubernetes;

namespace Operator.Cli.Eval;

/// <summary>Shows how versions were judged offline, runs a suite, and stops a run.</summary>
internal static class EvalCommand
{
    public static Command Create()
    {
        // `eval run` needs none.
        var name = new Argument<string?>("deployment") { Description = "The ClaudeDeployment.", Arity = ArgumentArity.ZeroOrOne };
        var wait = new Option<bool>("--wait") { Description = "Waits until every eval run of the revision under way has ended: exit 0 when none failed, 1 when one did, 5 when the time is over." };
        var timeout = Durations.Option("--timeout", "How long to wait, such as 90s or 1h30m; a plain number is seconds.", TimeSpan.FromHours(1));
        var show = new Command("eval", "Shows the eval runs of a deployment, newest first; `eval run` runs a suite from this machine.") { name, wait, timeout, EvalRunCommand.Create(name) }.WithCluster();
        show.SetAction(async (parsed, cancellation) =>
        {
            if (parsed.GetValue(name) is { } deployment)
            {
                return await ClusterOptions.RunAsync(
                    parsed,
                    async (_, session, token) =>
                    {
                        var failed = parsed.GetValue(wait) && await EvalWait.FailedAsync(session, deployment, parsed.GetValue(timeout), TimeProvider.System, token);
                        var code = await ShowAsync(session, deployment, token);
                        return failed ? ExitCode.Failed : code;
                    },
                    cancellation);
            }
            await parsed.InvocationConfiguration.Error.WriteLineAsync("error: name a deployment to see its eval runs: kubectl claude eval NAME; or run a suite from here: kubectl claude eval run --help");
            return ExitCode.Usage;
        });
        return show;
    }

    /// <summary>Stops a run.</summary>
    public static Command CreateCancel()
    {
        var run = new Argument<string>("run") { Description = "The ClaudeEvalRun." };
        var reason = new Option<string>("--reason") { Description = "Shown on the run.", DefaultValueFactory = _ => "cancelled with kubectl claude" };
        var cancel = new Command("cancel-eval", "Stops an eval run; it gets no verdict.") { run, reason }.WithCluster();
        cancel.Run(async (parsed, session, cancellation) =>
        {
            var patch = new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [Annotations.CancelEval] = parsed.GetValue(reason) } } };
            await session.Client.PatchAsync<ClaudeEvalRun>(parsed.GetValue(run)!, session.Namespace, KubernetesPatch.Merge(patch), null, cancellation);
            await session.Output.WriteLineAsync($"claudeevalrun/{parsed.GetValue(run)}: cancellation asked for");
            return ExitCode.Done;
        });
        return cancel;
    }

    private static async Task<int> ShowAsync(ClusterSession session, string name, CancellationToken cancellationToken)
    {
        await session.DeploymentAsync(name, cancellationToken);
        var runs = (await session.Client.ListAsync<ClaudeEvalRun>(new ListOptions { Namespace = session.Namespace }, cancellationToken)).Items
            .Where(r => r.Unreadable is null && r.Spec.DeploymentRef.Name == name).OrderByDescending(r => r.Metadata.CreationTimestamp).ToList();
        if (runs.Count == 0)
        {
            await session.Error.WriteLineAsync($"No eval runs of {name} in namespace {session.Namespace}.");
            return ExitCode.Done;
        }
        TextTable.Write(
            session.Output, ["RUN", "GATE", "REVISION", "PHASE", "VERDICT", "PASSED", "AGE", "MESSAGE"],
            [
                .. runs.Select(r => (IReadOnlyList<string>)
                [
                    r.Metadata.Name!, r.Spec.Gate, r.Spec.Revision.Length > 10 ? r.Spec.Revision[..10] : r.Spec.Revision, r.Status?.Phase?.ToString() ?? "Pending",
                    r.Status?.Verdict?.ToString() ?? "-", r.Status is { Passed: { } passed, Total: { } total } ? $"{passed}/{total}" : "-",
                    TextTable.Age(r.Metadata.CreationTimestamp, DateTimeOffset.UtcNow), r.Status?.Message ?? "",
                ]),
            ],
            TextTable.Width(session.Output));
        return ExitCode.Done;
    }
}
