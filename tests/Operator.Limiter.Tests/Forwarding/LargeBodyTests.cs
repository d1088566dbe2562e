using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.Limiter.Forwarding;
using Operator.Limiter.Hosting;
using Operator.Limiter.Tests.Hosting;

namespace Operator.Limiter.Tests.Forwarding;

/// <summary>A thread that notices what sockets bring reads through small bodies itself and leaves large ones to the pool.</summary>
public class LargeBodyTests
{
    [Theory]
    [InlineData(1_000, true)]
    [InlineData(LargeBody.MinBytes - 1, true)]
    [InlineData(LargeBody.MinBytes, false)]
    [InlineData(2 * 1024 * 1024, false)]
    public async Task Only_small_bodies_are_read_through_by_the_thread_that_noticed_them(int bytes, bool there)
    {
        await using var limiter = await RunningLimiter.StartAsync();
        var dispatcher = new RequestDispatcher(limiter.State, NullLogger.Instance);
        var inline = new PipeOptions(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 0, useSynchronizationContext: false);
        var pipe = new Pipe(inline);
        using var answer = new Written();
        var context = new DefaultHttpContext();
        (context.Request.Method, context.Request.Path, context.Response.Body) = ("POST", "/v1/messages", answer);
        context.Features.Set<IRequestBodyPipeFeature>(new Body(pipe.Reader));
        // The last byte is what no JSON ends with: whoever has read up to it answers.
        var body = System.Text.Encoding.ASCII.GetBytes("{\"x\":\"" + new string('x', bytes - 7) + "?");
        Assert.Equal(bytes, body.Length);
        var noticing = await OnOwnThreadAsync(() =>
        {
            var ended = dispatcher.ProcessRequestAsync(context);
            pipe.Writer.Write(body);
            pipe.Writer.Complete();
            return ended;
        });
        Assert.Equal(400, context.Response.StatusCode);
        Assert.Equal((there, !there), (answer.Threads[0].Id == noticing, answer.Threads[0].InPool));
    }

    [Theory]
    [InlineData(100_000, true)]
    [InlineData(LargeBody.MinBytes, false)]
    public async Task A_large_body_is_sent_on_in_the_pool_too(int bytes, bool there)
    {
        using var to = new Written { Pending = new TaskCompletionSource() };
        using var content = new MessageContent(new byte[bytes]);
        var noticing = await OnOwnThreadAsync(() =>
        {
            // As when a socket takes no more, and then takes some again.
            var sent = content.CopyToAsync(to, TestContext.Current.CancellationToken);
            while (to.Threads.Count == 0) Thread.Yield();
            to.Pending.SetResult();
            return sent;
        });
        Assert.Equal(bytes, to.Bytes);
        Assert.All(to.Threads.Skip(1), t => Assert.Equal((there, !there), (t.Id == noticing, t.InPool)));
    }

    /// <summary>Runs something on a thread that is none of the pool's, and awaits its end.</summary>
    /// <returns>The thread.</returns>
    private static async Task<int> OnOwnThreadAsync(Func<Task> run)
    {
        var ended = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() => ended.SetResult(run())) { IsBackground = true };
        thread.Start();
        await await ended.Task;
        return thread.ManagedThreadId;
    }

    private sealed class Body(PipeReader reader) : IRequestBodyPipeFeature
    {
        public PipeReader Reader => reader;
    }

    /// <summary>Remembers which threads wrote; the first write waits where it is told to.</summary>
    private sealed class Written : MemoryStream
    {
        public List<(int Id, bool InPool)> Threads { get; } = [];

        public TaskCompletionSource? Pending { get; init; }

        public int Bytes { get; private set; }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Bytes += buffer.Length;
            lock (Threads) Threads.Add((Environment.CurrentManagedThreadId, Thread.CurrentThread.IsThreadPoolThread));
            if (Pending is { } pending) await pending.Task.ConfigureAwait(false);
        }
    }
}
