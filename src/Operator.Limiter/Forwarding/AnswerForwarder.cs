using System.Buffers;
using Microsoft.AspNetCore.Http;
using Operator.Limiter.Usage;

namespace Operator.Limiter.Forwarding;

/// <summary>Passes an answer on as it comes, and reads the accounting on the way.</summary>
internal static class AnswerForwarder
{
    /// <summary>How long an answer may be silent, and how long a caller may take nothing of it: streams send pings far more often.</summary>
    public static readonly TimeSpan MaxSilence = TimeSpan.FromMinutes(5);

    /// <summary>Bytes that are read at a time.</summary>
    private const int Piece = 4 * 1024;

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
        var held = new HeldAnswer(to, deadline);
        while (true)
        {
            deadline.GoOn();
            byte[]? buffer = null;
            try
            {
                // Most of a stream's life is silence: it holds no buffer meanwhile.
                await held.MoreAsync(source.ReadAsync(Memory<byte>.Empty, silence), silence).ConfigureAwait(false);
                buffer = ArrayPool<byte>.Shared.Rent(Piece);
                var read = await held.MoreAsync(source.ReadAsync(buffer, silence), silence).ConfigureAwait(false);
                if (read == 0) break;
                var bytes = buffer.AsSpan(0, read);
                if (events is not null) events.Feed(bytes);
                else if (read == whole) UsageJson.Read(bytes, facts);
                else if ((plain ??= new ArrayBufferWriter<byte>(Piece)).WrittenCount + read <= MaxPlain) plain.Write(bytes);
                if (!began && (!stream || facts.Began))
                {
                    began = true;
                    onEvent("content");
                }
                held.Hold(bytes);
            }
            catch (Exception e) when (deadline.CallerLeft && (e is IOException or OperationCanceledException))
            {
                throw new CallerLeftException(e);
            }
            finally
            {
                if (buffer is not null) ArrayPool<byte>.Shared.Return(buffer);
            }
        }
        await held.EndAsync(silence).ConfigureAwait(false);
        if (stream) return;
        facts.Ended = true;
        if (plain is null) return;
        await LargeBody.LeaveAsync(plain.WrittenCount);
        UsageJson.Read(plain.WrittenSpan, facts);
    }
}
