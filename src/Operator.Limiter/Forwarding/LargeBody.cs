using System.Runtime.CompilerServices;

namespace Operator.Limiter.Forwarding;

/// <summary>
/// What sockets bring is worked on where it was noticed, by a thread that notices for many other requests, too. To read through megabytes
/// there would make all of those wait: such work goes on in the thread pool.
/// </summary>
internal static class LargeBody
{
    /// <summary>From how many bytes on a body is large: below, moving costs more than others wait.</summary>
    public const int MinBytes = 256 * 1024;

    /// <summary>Goes on in the thread pool where a body is large; where it is not, or in the pool already, at once.</summary>
    /// <param name="bytes">The body's length, or what of it is known.</param>
    public static Leaving LeaveAsync(long bytes) => new(bytes < MinBytes || Thread.CurrentThread.IsThreadPoolThread);

    /// <summary>To be awaited.</summary>
    internal readonly struct Leaving(bool stays) : ICriticalNotifyCompletion
    {
        /// <summary>Whether it goes on at once.</summary>
        public bool IsCompleted => stays;

        /// <summary>Itself.</summary>
        public Leaving GetAwaiter() => this;

        /// <summary>Nothing.</summary>
        public void GetResult()
        {
        }

        /// <inheritdoc />
        public void OnCompleted(Action continuation) => ThreadPool.QueueUserWorkItem(static go => go(), continuation, preferLocal: false);

        /// <inheritdoc />
        public void UnsafeOnCompleted(Action continuation) => ThreadPool.UnsafeQueueUserWorkItem(static go => go(), continuation, preferLocal: false);
    }
}
