using Operator.Api;

namespace Operator.Evals.Providers;

/// <summary>Makes results of eval runs. Idempotent by the run's name: everything may be called again after a crash.</summary>
internal interface IEvalProvider
{
    /// <summary>Whether it serves a gate.</summary>
    bool Serves(EvalGate gate);

    /// <summary>Starts the evaluation if it is not under way.</summary>
    /// <exception cref="Operator.Kubernetes.KubernetesException">The API server refused something.</exception>
    Task<ProviderState> RunAsync(EvalRequest request, CancellationToken cancellationToken);

    /// <summary>Tells where an evaluation is that was started, by this process or by one before it.</summary>
    /// <exception cref="Operator.Kubernetes.KubernetesException">The API server refused something.</exception>
    Task<ProviderState> ResumeAsync(EvalRequest request, CancellationToken cancellationToken);

    /// <summary>Stops an evaluation, if it is under way.</summary>
    /// <exception cref="Operator.Kubernetes.KubernetesException">The API server refused something.</exception>
    Task CancelAsync(ClaudeEvalRun run, CancellationToken cancellationToken);
}
