using Operator.Runtime.Reconciling;

namespace Operator.Runtime.Hosting;

/// <summary>Runs all controllers while this process leads.</summary>
internal sealed class ControllersLifecycle(IEnumerable<ControllerRunner> controllers) : IOperatorLifecycle
{
    private readonly ControllerRunner[] _controllers = [.. controllers];

    public OperatorStage Stage => OperatorStage.Controllers;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var controller in _controllers) controller.Start();
        return Task.CompletedTask;
    }

    public void StopTakingWork()
    {
        foreach (var controller in _controllers) controller.StopTakingWork();
    }

    public Task StopAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_controllers.Select(c => c.StopAsync(cancellationToken)));
}
