using System.Buffers;

namespace Operator.Limiter.Usage;

/// <summary>
/// Decodes the accounting in a stream of server-sent events while its bytes pass: any chunking, any line ends. What it does not know it
/// lets be, and half an event at the end counts for nothing.
/// </summary>
internal sealed class SseUsageReader(AnswerFacts facts) : IDisposable
{
    /// <summary>The longest data that is read: an event with accounting is far smaller.</summary>
    private const int MaxData = 256 * 1024;

    private readonly AnswerFacts _facts = facts;
    private byte[] _line = [];
    private int _lineLength;
    private bool _lineCut;
    private byte[] _data = [];
    private int _dataLength;
    private bool _dataCut;
    private bool _afterReturn;

    /// <summary>Raised by events that settle something: <c>message_start</c>, <c>message_delta</c>, <c>message_stop</c>, <c>error</c>.</summary>
    public Action<string>? OnEvent { get; set; }

    /// <summary>Takes the next bytes.</summary>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_afterReturn)
            {
                _afterReturn = false;
                if (bytes[0] == (byte)'\n')
                {
                    bytes = bytes[1..];
                    continue;
                }
            }
            var end = bytes.IndexOfAny((byte)'\n', (byte)'\r');
            if (end < 0)
            {
                Append(ref _line, ref _lineLength, ref _lineCut, bytes);
                return;
            }
            if (_lineLength == 0 && !_lineCut) Line(bytes[..end], false);
            else
            {
                Append(ref _line, ref _lineLength, ref _lineCut, bytes[..end]);
                Line(_line.AsSpan(0, _lineLength), _lineCut);
                (_lineLength, _lineCut) = (0, false);
            }
            _afterReturn = bytes[end] == (byte)'\r';
            bytes = bytes[(end + 1)..];
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_line);
        ArrayPool<byte>.Shared.Return(_data);
        (_line, _data) = ([], []);
    }

    private void Line(ReadOnlySpan<byte> line, bool cut)
    {
        if (line.IsEmpty && !cut)
        {
            Dispatch();
            return;
        }
        if (!line.StartsWith("data:"u8)) return;
        line = line[5..];
        if (!line.IsEmpty && line[0] == (byte)' ') line = line[1..];
        if (_dataLength > 0) Append(ref _data, ref _dataLength, ref _dataCut, "\n"u8);
        Append(ref _data, ref _dataLength, ref _dataCut, line);
        _dataCut |= cut;
    }

    private void Dispatch()
    {
        var data = _data.AsSpan(0, _dataLength);
        var cut = _dataCut;
        (_dataLength, _dataCut) = (0, false);
        if (data.IsEmpty) return;
        // Most events are content: they are recognised by their first bytes and only counted.
        if (data.StartsWith("{\"type\":\"content_block_delta\""u8) || data.StartsWith("{\"type\": \"content_block_delta\""u8))
        {
            Content(data);
            return;
        }
        if (cut) return;
        switch (UsageJson.Read(data, _facts))
        {
            case "message_start":
                // Its output figure is a placeholder: a stream that breaks before any content is charged for none.
                (_facts.OutputKnown, _facts.Usage.Output) = (false, 0);
                OnEvent?.Invoke("message_start");
                break;
            case "message_delta":
                OnEvent?.Invoke("message_delta");
                break;
            case "message_stop":
                _facts.Ended = true;
                OnEvent?.Invoke("message_stop");
                break;
            case "error":
                _facts.ErrorType ??= "error";
                OnEvent?.Invoke("error");
                break;
            case "content_block_delta":
                Content(data);
                break;
            default:
                break;
        }
    }

    private void Content(ReadOnlySpan<byte> data)
    {
        _facts.Began = true;
        _facts.ContentBytes += Math.Max(1, data.Length - Frame(data));
    }

    /// <summary>The bytes of a delta around its content, in the API's way to write it.</summary>
    private static int Frame(ReadOnlySpan<byte> data)
    {
        const int Longest = 96;
        var head = data[..Math.Min(data.Length, Longest)];
        if (head.IndexOf("\"text_delta\""u8) >= 0) return """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":""}}"""u8.Length;
        if (head.IndexOf("\"thinking_delta\""u8) >= 0) return """{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":""}}"""u8.Length;
        return """{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":""}}"""u8.Length;
    }

    private static void Append(ref byte[] buffer, ref int length, ref bool cut, ReadOnlySpan<byte> bytes)
    {
        if (length + bytes.Length > MaxData)
        {
            cut = true;
            bytes = bytes[..Math.Max(0, MaxData - length)];
        }
        if (length + bytes.Length > buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(buffer.Length * 2, length + bytes.Length));
            buffer.AsSpan(0, length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }
        bytes.CopyTo(buffer.AsSpan(length));
        length += bytes.Length;
    }
}
