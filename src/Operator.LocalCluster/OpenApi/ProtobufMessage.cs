using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Operator.LocalCluster.OpenApi;

/// <summary>Writes the fields of one protobuf message. Empty strings, false and zero are not written, as in proto3.</summary>
internal sealed class ProtobufMessage
{
    private readonly ArrayBufferWriter<byte> buffer = new();

    /// <summary>The bytes written so far.</summary>
    public byte[] ToArray() => buffer.WrittenSpan.ToArray();

    /// <summary>Writes a string.</summary>
    public ProtobufMessage Text(int field, string? value) =>
        string.IsNullOrEmpty(value) ? this : Bytes(field, Encoding.UTF8.GetBytes(value));

    /// <summary>Writes one entry of a list of strings; empty ones too.</summary>
    public ProtobufMessage Item(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    /// <summary>Writes a nested message.</summary>
    public ProtobufMessage Message(int field, ProtobufMessage? value) => value is null ? this : Bytes(field, value.ToArray());

    /// <summary>Writes a boolean.</summary>
    public ProtobufMessage Flag(int field, bool value) => Integer(field, value ? 1 : 0);

    /// <summary>Writes an integer.</summary>
    public ProtobufMessage Integer(int field, long value)
    {
        if (value != 0)
        {
            Varint((uint)field << 3);
            Varint((ulong)value);
        }

        return this;
    }

    /// <summary>Writes a floating-point number.</summary>
    public ProtobufMessage Number(int field, double value)
    {
        if (value != 0)
        {
            Varint(((uint)field << 3) | 1);
            Span<byte> bytes = stackalloc byte[sizeof(double)];
            BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
            buffer.Write(bytes);
        }

        return this;
    }

    private ProtobufMessage Bytes(int field, byte[] value)
    {
        Varint(((uint)field << 3) | 2);
        Varint((ulong)value.Length);
        buffer.Write(value);
        return this;
    }

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            buffer.Write([(byte)(value | 0x80)]);
        }

        buffer.Write([(byte)value]);
    }
}
