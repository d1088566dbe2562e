using System.Buffers;

namespace Operator.Kubernetes.Serialization;

/// <summary>A window over a stream in a pooled array: bytes enter at the end, consumed ones leave at the start.</summary>
/// <param name="stream">The stream; not disposed here.</param>
/// <param name="limit">The largest number of unconsumed bytes, at least one.</param>
/// <param name="initial">The first size of the window.</param>
internal sealed class ReadBuffer(Stream stream, int limit, int initial = 32 * 1024) : IDisposable
{
    private byte[] _array = ArrayPool<byte>.Shared.Rent(Math.Min(initial, limit));
    private int _start;
    private int _end;

    /// <summary>The bytes that were read and not consumed.</summary>
    public ReadOnlySpan<byte> Span => _array.AsSpan(_start, _end - _start);

    /// <summary>The number of such bytes.</summary>
    public int Length => _end - _start;

    /// <summary>Whether the stream has ended.</summary>
    public bool IsCompleted { get; private set; }

    /// <summary>Drops bytes at the start of the window.</summary>
    public void Consume(int count) => _start += count;

    /// <summary>Reads once. Returns false at the end of the stream.</summary>
    /// <exception cref="InvalidDataException">The window is full and may not grow.</exception>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        if (IsCompleted) return false;
        MakeRoom();
        var count = await stream.ReadAsync(_array.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        _end += count;
        IsCompleted = count == 0;
        return !IsCompleted;
    }

    /// <summary>Reads until the window has doubled or the stream has ended, so that a value is looked at a bounded number of times.</summary>
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        var wanted = Math.Max(Length * 2, 1);
        if (!await ReadAsync(cancellationToken).ConfigureAwait(false)) return false;
        while (Length < wanted && await ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            // Each round reads what is there.
        }
        return true;
    }

    /// <summary>Reads to the end of the stream.</summary>
    public async ValueTask ReadToEndAsync(CancellationToken cancellationToken)
    {
        while (await ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            // Each round reads what is there.
        }
    }

    public void Dispose()
    {
        var array = _array;
        _array = [];
        _start = _end = 0;
        if (array.Length > 0) ArrayPool<byte>.Shared.Return(array);
    }

    private void MakeRoom()
    {
        if (_start == _end) _start = _end = 0;
        if (_end < _array.Length) return;
        if (_start > 0 && Length <= _array.Length / 2)
        {
            Span.CopyTo(_array);
            (_start, _end) = (0, Length);
            return;
        }
        if (Length >= limit)
            throw new InvalidDataException($"one object is larger than the limit of {limit} bytes");
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min((long)_array.Length * 2, Math.Max(limit, _array.Length + 1L)));
        Span.CopyTo(larger);
        (_start, _end) = (0, Length);
        ArrayPool<byte>.Shared.Return(_array);
        _array = larger;
    }
}
