using System.Buffers;

namespace Operator.Kubernetes.Serialization;

/// <summary>
/// Finds where one JSON object ends in a stream that arrives in pieces, looking at each byte once. It follows only nesting and
/// strings: whether the object is valid JSON is for the reader that gets the frame.
/// </summary>
internal struct JsonFrameScanner
{
    private static readonly SearchValues<byte> Structure = SearchValues.Create("\"{}[]"u8);
    private static readonly SearchValues<byte> InString = SearchValues.Create("\"\\"u8);

    private int _depth;
    private bool _inString;
    private bool _escaped;

    /// <summary>Whether the bytes seen so far are inside an object.</summary>
    public readonly bool IsInside => _depth > 0 || _inString;

    /// <summary>Scans bytes that follow those of the call before.</summary>
    /// <returns>The number of bytes up to and with the end of the object, or -1 when it does not end here.</returns>
    public int Scan(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (at < bytes.Length)
        {
            if (_escaped)
            {
                _escaped = false;
                at++;
                continue;
            }
            var next = bytes[at..].IndexOfAny(_inString ? InString : Structure);
            if (next < 0) return -1;
            at += next + 1;
            switch (bytes[at - 1])
            {
                case (byte)'"':
                    _inString = !_inString;
                    break;
                case (byte)'\\':
                    _escaped = true;
                    break;
                case (byte)'{' or (byte)'[':
                    _depth++;
                    break;
                default:
                    if (--_depth > 0) break;
                    _depth = 0;
                    return at;
            }
        }
        return -1;
    }
}
