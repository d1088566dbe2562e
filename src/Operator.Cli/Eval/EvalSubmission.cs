using System.CommandLine;
using Operator.Api;
using Operator.Cli.Cluster;
using Operator.Evals;
using Operator.Kubernetes.Models;

namespace Operator.Cli.Eval;

/// <summary>Hands in a result that CI measured, for a gate that waits for one.</summary>
internal static class EvalSubmission
{
    public static Command Create()
    {
        var name = new Argument<string>("deployment") { Description = "The ClaudeDeployment." };
        var gate = new Option<string>("--gate") { Description = "The gate: one that is external or a job.", Required = true };
        var passed = new Option<int>("--passed") { Description = "Cases that passed.", Required = true };
        var total = new Option<int>("--total") { Description = "All cases.", Required = true };
        var report = new Option<string?>("--report") { Description = "Where to read more, such as the address of the CI run." };
        var command = new Command("submit-eval", "Hands in the result of an external eval for the revision that is rolled out.") { name, gate, passed, total, report }.WithCluster();
        command.Run(async (parsed, session, cancellation) =>
        {
            var deployment = await session.DeploymentAsync(parsed.GetValue(name)!, cancellation);
            var result = new EvalResult { Passed = parsed.GetValue(passed), Total = parsed.GetValue(total), Report = parsed.GetValue(report) };
            var run = await session.Client.CreateAsync(Render(deployment, parsed.GetValue(gate)!, result), null, cancellation);
            await session.Output.WriteLineAsync($"claudeevalrun/{run.Metadata.Name}: {result.Passed} of {result.Total} handed in for {EvalRunName.Short(run.Spec.Revision)}");
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>The run that carries a result. Pure.</summary>
    /// <exception cref="CliException">The gate takes no results, or no revision waits for one.</exception>
    internal static ClaudeEvalRun Render(ClaudeDeployment deployment, string gate, EvalResult result)
    {
        var gates = deployment.Spec.Gates?.Evals ?? [];
        var found = gates.FirstOrDefault(g => g.Name == gate) ?? throw EvalGates.Missing(deployment, gate);
        if (found.External is null && found.Job is null)
            throw new CliException(ExitCode.Failed, $"gate {gate} is neither external nor a job: the operator runs it itself, and a result that somebody else wrote does not count");
        if (deployment.Status?.Canary is not { } canary)
            throw new CliException(ExitCode.Failed, $"{deployment.Metadata.Name} has no rollout under way that waits for a result: it is {deployment.Status?.Phase?.ToString() ?? "Pending"}");
        return new ClaudeEvalRun
        {
            ApiVersion = ApiGroup.ApiVersion,
            Kind = nameof(ClaudeEvalRun),
            Metadata = new V1ObjectMeta
            {
                // The operator's own run of the gate has the plain name; a name of an attempt of its own takes each result once.
                Name = EvalRunName.Of(deployment.Metadata.Name!, gate + "-result", canary.Revision, canary.Attempt ?? 0),
                NamespaceProperty = deployment.Metadata.NamespaceProperty,
            },
            Spec = new ClaudeEvalRunSpec
            {
                DeploymentRef = new DeploymentReference { Name = deployment.Metadata.Name! },
                Revision = canary.Revision,
                Gate = gate,
                Attempt = canary.Attempt,
                Result = result,
            },
        };
    }
}
