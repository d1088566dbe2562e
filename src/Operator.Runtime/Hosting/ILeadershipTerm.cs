namespace Operator.Runtime.Hosting;

/// <summary>One process's time as leader, from before it begins until after it ends.</summary>
internal interface ILeadershipTerm
{
    /// <summary>Waits until this process leads.</summary>
    Task AcquireAsync(CancellationToken cancellationToken);

    /// <summary>Keeps leadership until told to stop.</summary>
    /// <returns>False when leadership was lost: the process must end.</returns>
    Task<bool> HoldAsync(CancellationToken stop);

    /// <summary>Gives leadership back, where this process has it or may have it. Never fails.</summary>
    Task ReleaseAsync(CancellationToken cancellationToken);
}

/// <summary>Leads always, for operators with one replica.</summary>
internal sealed class EndlessTerm : ILeadershipTerm
{
    public Task AcquireAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task<bool> HoldAsync(CancellationToken stop)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using (stop.Register(stopped.SetResult)) await stopped.Task;
        return true;
    }

    public Task ReleaseAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
