namespace Operator.Runtime.Hosting;

/// <summary>Whether this process may write. Without leader election it always may.</summary>
public interface ILeadership
{
    /// <summary>True while this process leads.</summary>
    bool IsLeader { get; }

    /// <summary>Completes when this process leads; at once without leader election.</summary>
    Task WaitUntilLeaderAsync(CancellationToken cancellationToken);
}

/// <summary>Leadership without an election: for operators with one replica.</summary>
internal sealed class AlwaysLeader : ILeadership
{
    public bool IsLeader => true;

    public Task WaitUntilLeaderAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
