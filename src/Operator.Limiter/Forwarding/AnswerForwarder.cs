using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Operator.Limiter.Usage;

namespace Operator.Limiter.Forwarding;

/// <summary>Passes an answer on as it comes, and reads the accounting on the way.</summary>
internal static class AnswerForwarder
{
    /// <summary>How long an answer may be silent, and how long a caller may take nothing of it: streams send pings far more often.</summary>
    public static readonly TimeSpan MaxSilence = TimeSpan.FromMinutes(5);

    /// <summary>The largest plain answer whose accounting is read.</summary>
    private const int MaxPlain = 16 * 1024 * 1024;

    /// <summary>Whether an answer is a stream of events.</summary>
    public static bool IsStream(HttpResponseMessage response) =>
        response.Content.Headers.NonValidated.TryGetValues("content-type", out var type)
        && type.ToString().StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase);

    /// <summary>Passes the body on. Headers must be set before.</summary>
    /// <param name="from">The upstream's answer.</param>
    /// <param name="to">The caller's.</param>
    /// <param name="facts">Where the accounting goes.</param>
    /// <param name="onEvent">Told of the events that settle something, and of the first content as <c>content</c>.</param>
    /// <param name="deadline">The call's.</param>
    /// <exception cref="CallerLeftException">The caller took no more of it.</exception>
    public static async Task PassAsync(
        HttpResponseMessage from, HttpResponse to, AnswerFacts facts, Action<string> onEvent, CallDeadline deadline)
    {
        var silence = deadline.Within(MaxSilence);
        var source = await from.Content.ReadAsStreamAsync(silence).ConfigureAwait(false);
        await using var _ = source.ConfigureAwait(false);
        var stream = IsStream(from);
        using var events = stream ? new SseUsageReader(facts) { OnEvent = onEvent } : null;
        // A small answer comes in one piece, and is read where it lies.
        var whole = stream ? null : from.Content.Headers.ContentLength;
        ArrayBufferWriter<byte>? plain = null;
        var began = false;
        var writer = to.BodyWriter;
        while (true)
        {
            deadline.GoOn();
            Memory<byte> memory;
            int read;
            try
            {
                // Most of a stream's life is silence: it holds no buffer meanwhile.
                if (stream) await source.ReadAsync(Memory<byte>.Empty, silence).ConfigureAwait(false);
                memory = writer.GetMemory(4096);
                read = await source.ReadAsync(memory, silence).ConfigureAwait(false);
            }
            catch (Exception e) when (deadline.CallerLeft && (e is IOException or OperationCanceledException))
            {
                throw new CallerLeftException(e);
            }
            if (read == 0) break;
            var bytes = memory.Span[..read];
            if (events is not null) events.Feed(bytes);
            else if (read == whole) UsageJson.Read(bytes, facts);
            else if ((plain ??= new ArrayBufferWriter<byte>(4096)).WrittenCount + read <= MaxPlain) plain.Write(bytes);
            if (!began && (!stream || facts.Began))
            {
                began = true;
                onEvent("content");
            }
            writer.Advance(read);
            await FlushAsync(writer, deadline, silence).ConfigureAwait(false);
        }
        if (stream) return;
        facts.Ended = true;
        if (plain is null) return;
        await LargeBody.LeaveAsync(plain.WrittenCount);
        UsageJson.Read(plain.WrittenSpan, facts);
    }

    /// <summary>Only the caller can make a flush fail or wait; that the server knows of it may come later.</summary>
    private static async ValueTask FlushAsync(PipeWriter writer, CallDeadline deadline, CancellationToken silence)
    {
        FlushResult flushed;
        try
        {
            var flush = writer.FlushAsync(silence);
            // The server itself would grant a caller hours for what its buffers hold.
            if (!flush.IsCompleted) deadline.Within(MaxSilence);
            flushed = await flush.ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            throw new CallerLeftException(e);
        }
        if (flushed.IsCompleted || flushed.IsCanceled) throw new CallerLeftException();
    }
}
