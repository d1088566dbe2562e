namespace Operator.Limiter.Rewriting;

/// <summary>Cuts and insertions in a body, put together in one pass; everything else is copied as it stands.</summary>
internal sealed class BodyEdits
{
    private readonly List<(JsonSpan Cut, byte[] With)> _edits = new(8);
    private int _grows;

    /// <summary>Whether nothing changes.</summary>
    public bool IsEmpty => _edits.Count == 0;

    /// <summary>Replaces bytes; an empty span inserts.</summary>
    public void Replace(JsonSpan span, byte[] with)
    {
        // In the order of the body; insertions at one place keep the order in which they were asked for.
        var at = _edits.Count;
        while (at > 0 && _edits[at - 1].Cut.Start > span.Start) at--;
        _edits.Insert(at, (span, with));
        _grows += with.Length - (span.End - span.Start);
    }

    /// <summary>Replaces bytes when they differ.</summary>
    public void ReplaceDifferent(ReadOnlySpan<byte> body, JsonSpan span, byte[] with)
    {
        if (!span.Of(body).SequenceEqual(with)) Replace(span, with);
    }

    /// <summary>Inserts before a position.</summary>
    public void Insert(int at, byte[] what) => Replace(new JsonSpan(at, at), what);

    /// <summary>Writes the edited body.</summary>
    public byte[] Apply(ReadOnlySpan<byte> body)
    {
        // Not from a pool: the connection may still read it when the answer is already there.
        var written = GC.AllocateUninitializedArray<byte>(body.Length + _grows);
        var (from, length) = (0, 0);
        foreach (var (cut, with) in _edits)
        {
            if (cut.Start < from) throw new InvalidOperationException("edits of a body overlap");
            body[from..cut.Start].CopyTo(written.AsSpan(length));
            length += cut.Start - from;
            with.CopyTo(written, length);
            length += with.Length;
            from = cut.End;
        }
        body[from..].CopyTo(written.AsSpan(length));
        return written;
    }
}
