using Microsoft.AspNetCore.Http;

namespace Operator.Limiter.Forwarding;

/// <summary>
/// What the caller gets of an answer. Each piece that goes out is a packet, and wakes the caller: so what has arrived is held while more of it
/// is there, and goes out before anything is waited for. Not for concurrent use.
/// </summary>
/// <param name="to">The caller's.</param>
/// <param name="deadline">The call's: a caller who takes nothing for <see cref="AnswerForwarder.MaxSilence"/> has left.</param>
internal sealed class HeldAnswer(HttpResponse to, CallDeadline deadline)
{
    /// <summary>Bytes that are held at most, and the piece that is added to them.</summary>
    private const int Most = 16 * 1024;

    private int _held;

    /// <summary>Adds to what is held.</summary>
    public void Hold(ReadOnlySpan<byte> bytes)
    {
        // Told how much it is: the server may have no room at all before the answer has begun.
        bytes.CopyTo(to.BodyWriter.GetSpan(bytes.Length));
        to.BodyWriter.Advance(bytes.Length);
        _held += bytes.Length;
    }

    /// <summary>Waits for more, and hands over what is held unless more is there already.</summary>
    /// <param name="reading">What brings it. Where the caller has left, it has ended when this returns.</param>
    /// <param name="silence">Ends the wait, and the read.</param>
    /// <exception cref="CallerLeftException">The caller takes no more.</exception>
    public async ValueTask<int> MoreAsync(ValueTask<int> reading, CancellationToken silence)
    {
        if (_held == 0 || (_held < Most && reading.IsCompletedSuccessfully)) return await reading.ConfigureAwait(false);
        var more = reading.AsTask();
        await FlushAsync(more, silence).ConfigureAwait(false);
        return await more.ConfigureAwait(false);
    }

    /// <summary>Hands over what is held and the end of the body, in one piece.</summary>
    /// <exception cref="CallerLeftException">The caller takes no more.</exception>
    public async ValueTask EndAsync(CancellationToken silence)
    {
        var end = to.CompleteAsync();
        if (!end.IsCompleted) deadline.Within(AnswerForwarder.MaxSilence);
        try
        {
            await end.WaitAsync(silence).ConfigureAwait(false);
        }
        catch (OperationCanceledException e)
        {
            throw new CallerLeftException(e);
        }
    }

    /// <summary>Only the caller can make a flush fail or wait; that the server knows of it may come later.</summary>
    private async ValueTask FlushAsync(Task reading, CancellationToken silence)
    {
        Exception? failure = null;
        try
        {
            var flush = to.BodyWriter.FlushAsync(silence);
            // The server itself would grant a caller hours for what its buffers hold.
            if (!flush.IsCompleted) deadline.Within(AnswerForwarder.MaxSilence);
            var flushed = await flush.ConfigureAwait(false);
            _held = 0;
            deadline.GoOn();
            if (!flushed.IsCompleted && !flushed.IsCanceled) return;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            failure = e;
        }
        deadline.End();
        try
        {
            await reading.ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // Nobody waits for the rest.
        }
        throw new CallerLeftException(failure);
    }
}
