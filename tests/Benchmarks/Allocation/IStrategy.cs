namespace Benchmarks.Allocation;

/// <summary>A way to share one limit among limiters.</summary>
internal interface IStrategy
{
    string Name { get; }

    /// <summary>Moves the simulation by one tick.</summary>
    void Tick(double now);
}
