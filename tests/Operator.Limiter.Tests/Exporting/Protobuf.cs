using System.Buffers.Binary;
using System.Text;

namespace Operator.Limiter.Tests.Exporting;

/// <summary>A message of protocol buffers, read without its schema.</summary>
internal sealed class Protobuf
{
    private readonly List<(int Field, byte[] Bytes, ulong Number)> _fields = [];

    public Protobuf(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var tag = Varint(ref bytes);
            var field = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0: _fields.Add((field, [], Varint(ref bytes))); break;
                case 1: _fields.Add((field, [], BinaryPrimitives.ReadUInt64LittleEndian(Take(ref bytes, 8)))); break;
                case 2: _fields.Add((field, Take(ref bytes, (int)Varint(ref bytes)).ToArray(), 0)); break;
                case 5: _fields.Add((field, [], BinaryPrimitives.ReadUInt32LittleEndian(Take(ref bytes, 4)))); break;
                default: throw new FormatException($"wire type {tag & 7}");
            }
        }
    }

    /// <summary>The messages along a path of fields.</summary>
    public IEnumerable<Protobuf> All(params int[] path) => path.Aggregate<int, IEnumerable<Protobuf>>(
        [this], (found, field) => found.SelectMany(m => m._fields.Where(f => f.Field == field).Select(f => new Protobuf(f.Bytes))));

    public string Text(int field) => Encoding.UTF8.GetString(Bytes(field));

    public byte[] Bytes(int field) => _fields.FirstOrDefault(f => f.Field == field).Bytes ?? [];

    public ulong Number(int field) => _fields.FirstOrDefault(f => f.Field == field).Number;

    public double Double(int field) => BitConverter.UInt64BitsToDouble(Number(field));

    public bool Has(int field) => _fields.Any(f => f.Field == field);

    /// <summary>The attributes in a field, each as text.</summary>
    public Dictionary<string, string> Attributes(int field) => All(field).ToDictionary(a => a.Text(1), a => Value(a.All(2).Single()), StringComparer.Ordinal);

    /// <summary>An <c>AnyValue</c>.</summary>
    private static string Value(Protobuf value)
    {
        if (value.Has(1)) return value.Text(1);
        if (value.Has(2)) return value.Number(2) == 1 ? "true" : "false";
        if (value.Has(3)) return FormattableString.Invariant($"{(long)value.Number(3)}");
        if (value.Has(4)) return FormattableString.Invariant($"{value.Double(4)}");
        return $"[{string.Join(",", value.All(5, 1).Select(Value))}]";
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> bytes, int count)
    {
        var taken = bytes[..count];
        bytes = bytes[count..];
        return taken;
    }

    private static ulong Varint(ref ReadOnlySpan<byte> bytes)
    {
        var (value, shift) = (0UL, 0);
        while (true)
        {
            var part = Take(ref bytes, 1)[0];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80) return value;
            shift += 7;
        }
    }
}
