using Microsoft.Extensions.DependencyInjection;
using Operator.Kubernetes;
using Operator.Runtime.Hosting;
using Operator.Runtime.Reconciling;
using Operator.Runtime.Tests.Fakes;

namespace Operator.Runtime.Tests.Hosting;

/// <summary>An operator made by the builder, on the fake API and a simulated clock.</summary>
public sealed class OperatorFixture : IDisposable
{
    private readonly ServiceProvider _services;
    private readonly List<IOperatorLifecycle> _parts;

    public OperatorFixture(Action<IOperatorBuilder> build, Action<FakeCluster>? seed = null)
    {
        ArgumentNullException.ThrowIfNull(build);
        Cluster = new FakeCluster(Simulation.Time);
        seed?.Invoke(Cluster);
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Simulation.Time);
        services.AddSingleton<IKubernetesClient>(Cluster);
        services.AddSingleton(World);
        build(services.AddKubernetesOperator(o => o.Name = "test"));
        _services = services.BuildServiceProvider();
        _parts = [.. _services.GetServices<IOperatorLifecycle>().Where(p => p.Stage is OperatorStage.Informers or OperatorStage.Controllers).OrderBy(p => p.Stage)];
    }

    public Simulation Simulation { get; } = new();

    public FakeCluster Cluster { get; }

    public World World { get; } = new();

    public T Service<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public OperatorFixture Start()
    {
        foreach (var part in _parts) Simulation.Start(() => part.StartAsync(default)).GetAwaiter().GetResult();
        Simulation.Advance(TimeSpan.FromMilliseconds(100));
        return this;
    }

    /// <summary>Stops the controllers.</summary>
    /// <param name="drain">How long running reconciles may take.</param>
    public Task Stop(TimeSpan drain)
    {
        var controllers = _parts.Single(p => p.Stage == OperatorStage.Controllers);
        controllers.StopTakingWork();
        var grace = new CancellationTokenSource(drain, Simulation.Time);
        return Simulation.Start(() => controllers.StopAsync(grace.Token));
    }

    public void Do(Func<FakeCluster, Task> change)
    {
        Simulation.Run(() => change(Cluster));
        Simulation.Advance(TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(10));
    }

    public void Dispose()
    {
        foreach (var part in _parts) Simulation.Start(() => part.StopAsync(new CancellationToken(canceled: true)));
        _services.Dispose();
    }
}

/// <summary>What the controllers under test did, and how they are to behave.</summary>
public sealed class World
{
    public List<string> Log { get; } = [];

    public Func<Widget, CancellationToken, Task<ReconciliationResult<Widget>>> Widgets { get; set; } =
        (w, _) => Task.FromResult(ReconciliationResult<Widget>.Success(w));
}

public sealed class WidgetController(World world) : IEntityController<Widget>
{
    public Task<ReconciliationResult<Widget>> ReconcileAsync(Widget entity, CancellationToken cancellationToken)
    {
        world.Log.Add($"widget {entity.Metadata.Name}");
        return world.Widgets(entity, cancellationToken);
    }

    public Task<ReconciliationResult<Widget>> DeletedAsync(Widget entity, CancellationToken cancellationToken)
    {
        world.Log.Add($"widget {entity.Metadata.Name} gone");
        return Task.FromResult(ReconciliationResult<Widget>.Success(entity));
    }
}

public sealed class GadgetController(World world) : IEntityController<Gadget>
{
    public Task<ReconciliationResult<Gadget>> ReconcileAsync(Gadget entity, CancellationToken cancellationToken)
    {
        world.Log.Add($"gadget {entity.Metadata.Name}");
        return Task.FromResult(ReconciliationResult<Gadget>.Success(entity));
    }

    public Task<ReconciliationResult<Gadget>> DeletedAsync(Gadget entity, CancellationToken cancellationToken) =>
        Task.FromResult(ReconciliationResult<Gadget>.Success(entity));
}
