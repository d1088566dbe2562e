using Operator.Kubernetes;
using Operator.Runtime.Tests.Fakes;

namespace Operator.Runtime.Tests.Properties;

/// <summary>
/// A cluster that the property of the runtime is checked against: its API, its clock and its faults. The fake in memory is one; any
/// real server with fault hooks can be another.
/// </summary>
public interface IFaultyCluster : IAsyncDisposable
{
    /// <summary>The API, as the operator under test and the sequence of changes use it.</summary>
    IKubernetesClient Client { get; }

    /// <summary>The clock of the operator under test.</summary>
    TimeProvider Time { get; }

    /// <summary>Starts code of the operator under test; it runs while the clock moves.</summary>
    Task Start(Func<Task> body);

    /// <summary>Lets time pass, and the operator under test run.</summary>
    Task PassAsync(TimeSpan time);

    /// <summary>Ends all open watches: cleanly, by a reset, or with an ERROR event of status 410.</summary>
    Task EndWatchesAsync(WatchEnd end);

    /// <summary>Makes all open watches half open: nothing comes, nothing ends.</summary>
    Task HalfOpenWatchesAsync();

    /// <summary>Makes the server forget all versions but the present one.</summary>
    Task ExpireVersionsAsync();

    /// <summary>Sends a bookmark on all open watches.</summary>
    Task SendBookmarksAsync();

    /// <summary>Answers lists and watches as given until healed: null serves them.</summary>
    Task RefuseReadsAsync(Func<Exception>? answer);

    /// <summary>Loses the answer of the operator's next write, after it took place.</summary>
    Task LoseNextAnswerAsync();
}
