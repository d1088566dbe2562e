namespace Operator.Runtime.Hosting;

/// <summary>
/// The reconcilers of this process as one thing to start and stop. Informers are not part of it: they run from the start of the
/// host, so that a new leader finds warm caches.
/// </summary>
public interface IReconcilers
{
    /// <summary>Starts every controller. One that cannot start is logged and retried; it holds up no other. Returns at once.</summary>
    void Start();

    /// <summary>
    /// Stops every controller: no new reconcile begins, running ones may end by themselves until <paramref name="drain"/> has
    /// passed, then their tokens are cancelled. Returns when the last one has ended, so that no write follows. Safe to call twice.
    /// </summary>
    /// <param name="drain">How long running reconciles may take; <see cref="TimeSpan.Zero"/> cancels them at once.</param>
    Task StopAsync(TimeSpan drain);
}
