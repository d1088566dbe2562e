using System.Buffers.Binary;
using System.Numerics;

namespace Operator.MockClaude.Caching;

/// <summary>A running 128-bit hash over a prompt. The same for the same bytes in every process; no protection against forgery.</summary>
internal struct ContentHash : IEquatable<ContentHash>
{
    private const ulong First = 0x9E3779B97F4A7C15;
    private const ulong Second = 0xC2B2AE3D27D4EB4F;

    public ContentHash()
    {
        A = 0x243F6A8885A308D3;
        B = 0x13198A2E03707344;
    }

    /// <summary>The first half.</summary>
    public ulong A { get; private set; }

    /// <summary>The second half.</summary>
    public ulong B { get; private set; }

    /// <summary>Adds a mark that separates what comes before from what comes after.</summary>
    public void Mark(byte kind) => Mix(kind | 0x100UL);

    /// <summary>Adds bytes and their length.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        Mix((ulong)bytes.Length << 9);
        while (bytes.Length >= 8)
        {
            Mix(BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }
        if (bytes.IsEmpty) return;
        Span<byte> tail = stackalloc byte[8];
        tail.Clear();
        bytes.CopyTo(tail);
        Mix(BinaryPrimitives.ReadUInt64LittleEndian(tail));
    }

    public readonly bool Equals(ContentHash other) => A == other.A && B == other.B;

    public override readonly bool Equals(object? obj) => obj is ContentHash other && Equals(other);

    public override readonly int GetHashCode() => (int)(A ^ (A >> 32));

    /// <summary>32 hexadecimal digits.</summary>
    public override readonly string ToString() => $"{A:x16}{B:x16}";

    private void Mix(ulong value)
    {
        A = BitOperations.RotateLeft(A ^ value, 29) * First;
        B = (BitOperations.RotateLeft(B, 31) + value) * Second;
        A ^= B >> 32;
    }
}
