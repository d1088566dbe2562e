using Operator.Api;
using Operator.Cli.Cluster;
using Operator.Contract;
using Operator.Evals.Runs;
using Operator.Evals.Suites;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Rollouts;
using Operator.Rollouts.Revisions;

namespace Operator.Cli.Eval.Running;

/// <summary>Takes from a deployment what the command line does not give. Only reads.</summary>
internal static class DeploymentSubject
{
    /// <summary>Reads it.</summary>
    /// <param name="session">The cluster.</param>
    /// <param name="request">The command line, with a deployment.</param>
    /// <param name="notes">Told what is allowed but unwise, and what is not judged.</param>
    /// <param name="now">The time, for models that retire.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="CliException">Something is missing or wrong; the message tells where.</exception>
    public static async Task<EvalSubject> ReadAsync(ClusterSession session, EvalRunRequest request, Action<string> notes, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var deployment = await session.DeploymentAsync(request.Deployment!, cancellationToken);
        var gate = Gate(deployment, request);
        var suite = request.Suite is { } path
            ? await SuiteInput.ReadAsync(path, request.SuiteName, cancellationToken)
            : await SuiteAsync(session, deployment, gate!, cancellationToken);
        var content = await ContentAsync(session, deployment, request, cancellationToken);
        foreach (var warning in ModelCheck.Warnings(content, now)) notes(warning);
        var thresholds = Thresholds(gate, request.PassRate);
        return new EvalSubject
        {
            Content = content,
            Prompt = EvalSubjects.Told(content, request.Prompt),
            IsNamed = content.PromptName.Length > 0,
            SendsPrompt = deployment.Spec.Prompt.Delivery == PromptDelivery.Flag,
            Suite = suite,
            Deployment = deployment.Metadata.Name,
            Gate = thresholds,
            Baseline = thresholds?.MaxRegression is null ? null : await BaselineAsync(session, deployment, thresholds, content.Revision, suite.Suite.Digest, notes, cancellationToken),
        };
    }

    private static EvalGate? Gate(ClaudeDeployment deployment, EvalRunRequest request)
    {
        var gates = deployment.Spec.Gates?.Evals ?? [];
        if (request.Gate is { } wanted)
        {
            var found = gates.FirstOrDefault(g => g.Name == wanted) ?? throw EvalGates.Missing(deployment, wanted);
            return found.Suite is not null || request.Suite is not null
                ? found
                : throw new CliException(ExitCode.Usage, $"gate {wanted} of {deployment.Metadata.Name} has no suite, it takes its result from elsewhere; give --suite");
        }
        if (request.Suite is not null) return null;
        var own = gates.Where(g => g.Suite is not null).ToList();
        return own.Count switch
        {
            1 => own[0],
            0 => throw new CliException(ExitCode.Usage, $"{deployment.Metadata.Name} has no eval gate with a suite; give --suite"),
            _ => throw new CliException(ExitCode.Usage, $"{deployment.Metadata.Name} has several gates with a suite: {string.Join(", ", own.Select(g => g.Name))}; choose one with --gate"),
        };
    }

    private static EvalGate? Thresholds(EvalGate? gate, Percent? passRate) => gate is null
        ? passRate is { } rate ? new EvalGate { Name = EvalSubjects.OwnGate, PassRate = rate } : null
        : new EvalGate
        {
            Name = gate.Name, Suite = gate.Suite, PassRate = passRate ?? gate.PassRate, MaxRegression = gate.MaxRegression, Confidence = gate.Confidence, Slices = gate.Slices,
        };

    private static async Task<NamedSuite> SuiteAsync(ClusterSession session, ClaudeDeployment deployment, EvalGate gate, CancellationToken cancellationToken)
    {
        var name = gate.Suite!.ConfigMap;
        var reading = (await new SuiteLoader(session.Client).LoadAsync(deployment.Metadata.NamespaceProperty!, name, cancellationToken)).Reading;
        return reading.Suite is { } suite ? new NamedSuite(name, suite) : throw SuiteInput.Errors(name, reading, reading.Errors.Select(e => e.ToString()));
    }

    /// <summary>The revision, with what the command line changes of it; its id is that of the result.</summary>
    private static async Task<RevisionConfiguration> ContentAsync(ClusterSession session, ClaudeDeployment deployment, EvalRunRequest request, CancellationToken cancellationToken)
    {
        var given = request.Prompt is { } path ? await PromptInput.ReadAsync(path, request.PromptVersion, cancellationToken) : null;
        var content = request.Stable
            ? await StableAsync(session, deployment, cancellationToken)
            : RevisionContent.Create(deployment.Spec, given ?? await DeclaredAsync(session, deployment, cancellationToken));
        content = content with { Model = request.Model ?? content.Model, MaxTokens = request.MaxTokens ?? content.MaxTokens };
        if (given is not null) content = content with { PromptName = given.Name, PromptVersion = given.Version, PromptDigest = given.Digest, SystemPrompt = given.Content };
        return content with { Revision = RevisionContent.Id(content) };
    }

    private static async Task<PromptResolution.Found> DeclaredAsync(ClusterSession session, ClaudeDeployment deployment, CancellationToken cancellationToken)
    {
        var (space, reference) = (deployment.Metadata.NamespaceProperty!, deployment.Spec.Prompt);
        var selector = $"{Labels.Prompt}={reference.Name},{Labels.PromptVersion}={reference.Version}";
        var stored = await session.Client.ListAsync<V1ConfigMap>(new ListOptions { Namespace = space, LabelSelector = selector }, cancellationToken);
        var resolved = PromptResolver.Resolve(space, reference, stored.Items);
        return resolved as PromptResolution.Found ?? throw new CliException(ExitCode.NotFound, ((PromptResolution.Failed)resolved).Message);
    }

    private static async Task<RevisionConfiguration> StableAsync(ClusterSession session, ClaudeDeployment deployment, CancellationToken cancellationToken)
    {
        if (deployment.Status?.Stable?.Revision is not { Length: > 0 } stable)
            throw new CliException(ExitCode.NotFound, $"{deployment.Metadata.Name} has no stable revision: it is {deployment.Status?.Phase?.ToString() ?? "Pending"}");
        var name = RevisionConfigMap.Name(deployment.Metadata.Name!, stable);
        if (await session.Client.GetAsync<V1ConfigMap>(name, deployment.Metadata.NamespaceProperty!, cancellationToken) is not { } map)
            throw new CliException(ExitCode.NotFound, $"the content of the stable revision {RolloutPolicy.Short(stable)} is not there: no ConfigMap {name}");
        var (content, problem) = RevisionConfigMap.Read(map);
        return content?.Revision == stable ? content : throw new CliException(ExitCode.NotFound, $"ConfigMap {name}: {problem ?? "holds another revision of the same short form"}");
    }

    private static async Task<ClaudeEvalRun?> BaselineAsync(
        ClusterSession session, ClaudeDeployment deployment, EvalGate gate, string revision, string digest, Action<string> notes, CancellationToken cancellationToken)
    {
        var runs = await session.Client.ListAsync<ClaudeEvalRun>(new ListOptions { Namespace = session.Namespace }, cancellationToken);
        var own = new ClaudeEvalRun { Metadata = new V1ObjectMeta { Name = EvalSubjects.OwnGate }, Spec = new ClaudeEvalRunSpec { Revision = revision } };
        switch (EvalBaseline.Of(own, deployment, gate, digest, runs.Items))
        {
            case BaselineState.Ready ready:
                return ready.Run;
            case BaselineState.NotNeeded:
                return null;
            default:
                notes($"gate {gate.Name} allows at most {gate.MaxRegression} regression against stable; the cluster has no result of stable on this very suite, so that is not judged");
                return null;
        }
    }
}
