using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Operator.Limiter.Variants;

/// <summary>Digests that keep a conversation or a user on one side of a split without holding what they are made of.</summary>
internal static class StickyKey
{
    /// <summary>How many buckets a split has: one for each hundredth of a percent.</summary>
    public const int Buckets = 10_000;

    private const int OnStack = 1024;

    /// <summary>The digest of parts; the parts cannot run into each other.</summary>
    public static UInt128 Of(ReadOnlySpan<byte> first, string? second)
    {
        var size = 4 + first.Length + (second is null ? 0 : Encoding.UTF8.GetByteCount(second));
        Span<byte> digest = stackalloc byte[32];
        if (size <= OnStack)
        {
            // In one piece: a hash that is fed in parts costs handles of the crypto library in every request.
            Span<byte> parts = stackalloc byte[OnStack];
            BinaryPrimitives.WriteInt32LittleEndian(parts, first.Length);
            first.CopyTo(parts[4..]);
            if (second is not null) Encoding.UTF8.GetBytes(second, parts[(4 + first.Length)..]);
            SHA256.HashData(parts[..size], digest);
            return BinaryPrimitives.ReadUInt128BigEndian(digest);
        }
        // In parts: a copy of megabytes would cost more, and a pool would keep it.
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, first.Length);
        hash.AppendData(length);
        hash.AppendData(first);
        if (second is not null) hash.AppendData(Encoding.UTF8.GetBytes(second));
        hash.GetHashAndReset(digest);
        return BinaryPrimitives.ReadUInt128BigEndian(digest);
    }

    /// <summary>The digest of a text.</summary>
    public static UInt128 Of(string text) => Of(Encoding.UTF8.GetBytes(text), null);

    /// <summary>The bucket of a key in the split of one canary: other canaries find other first users.</summary>
    /// <returns>0 to 9 999.</returns>
    public static int Bucket(UInt128 key, string deployment, string canary)
    {
        Span<byte> input = stackalloc byte[16 + 512];
        BinaryPrimitives.WriteUInt128BigEndian(input, key);
        if (!Encoding.UTF8.TryGetBytes(deployment, input[16..], out var first)
            || !Encoding.UTF8.TryGetBytes(canary, input[(16 + first)..], out var second))
        {
            throw new ArgumentException("the names are longer than Kubernetes names can be");
        }
        Span<byte> digest = stackalloc byte[32];
        SHA256.HashData(input[..(16 + first + second)], digest);
        return (int)(BinaryPrimitives.ReadUInt64BigEndian(digest) % Buckets);
    }
}
