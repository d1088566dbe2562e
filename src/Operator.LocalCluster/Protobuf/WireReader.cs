using System.Buffers.Binary;
using Operator.LocalCluster.Api;

namespace Operator.LocalCluster.Protobuf;

/// <summary>Reads the fields of one protobuf message.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>The number of the current field.</summary>
    public int Number { get; private set; }

    /// <summary>Whether the current field is length-delimited.</summary>
    public bool IsBytes { get; private set; }

    /// <summary>The content of a length-delimited field.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>The value of a numeric field.</summary>
    public long Value { get; private set; }

    /// <summary>Goes to the next field; false at the end.</summary>
    /// <exception cref="ApiException">400: the message is cut or malformed.</exception>
    public bool Next()
    {
        if (_rest.IsEmpty)
            return false;
        var tag = Varint();
        Number = (int)(tag >> 3);
        IsBytes = (tag & 7) == 2;
        Bytes = default;
        switch (tag & 7)
        {
            case 0:
                Value = (long)Varint();
                break;
            case 1:
                Value = BinaryPrimitives.ReadInt64LittleEndian(Take(8));
                break;
            case 2:
                Bytes = Take(Varint());
                break;
            case 5:
                Value = BinaryPrimitives.ReadInt32LittleEndian(Take(4));
                break;
            default:
                throw Malformed();
        }
        return true;
    }

    /// <summary>The error of a body that is no protobuf message.</summary>
    public static ApiException Malformed() => ApiErrors.BadRequest("the body is not a well-formed protobuf message");

    private ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Take(1)[0];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return value;
        }
        throw Malformed();
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)_rest.Length)
            throw Malformed();
        var taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }
}
