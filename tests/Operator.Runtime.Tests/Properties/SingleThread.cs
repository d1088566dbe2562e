using System.Collections.Concurrent;

namespace Operator.Runtime.Tests.Properties;

/// <summary>Runs asynchronous code on one thread, so that what the property writes down needs no locks.</summary>
internal sealed class SingleThread : SynchronizationContext, IDisposable
{
    private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _work = [];
    private readonly Thread _thread;
    private readonly Lock _gate = new();

    public SingleThread()
    {
        _thread = new Thread(Run) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Runs code; what it awaits comes back to the thread.</summary>
    public Task<T> RunAsync<T>(Func<Task<T>> body)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(
            async _ =>
            {
                try
                {
                    result.SetResult(await body());
                }
                catch (Exception e)
                {
                    result.SetException(e);
                }
            },
            null);
        return result.Task;
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_gate)
        {
            if (!_work.IsAddingCompleted)
            {
                _work.Add((d, state));
                return;
            }
        }
        // What still ends after the sequence, ends elsewhere.
        ThreadPool.QueueUserWorkItem(_ => d(state));
    }

    public void Dispose()
    {
        lock (_gate) _work.CompleteAdding();
        _thread.Join();
    }

    private void Run()
    {
        SetSynchronizationContext(this);
        foreach (var (callback, state) in _work.GetConsumingEnumerable()) callback(state);
    }
}
