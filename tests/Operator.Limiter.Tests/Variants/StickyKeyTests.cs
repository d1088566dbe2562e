using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Operator.Limiter.Variants;

namespace Operator.Limiter.Tests.Variants;

public sealed class StickyKeyTests
{
    /// <summary>Below, at and beyond what fits the stack: all must be the digest of length, first and second.</summary>
    [Theory]
    [InlineData(0, null)]
    [InlineData(10, "ü")]
    [InlineData(1_020, null)]
    [InlineData(1_019, "u")]
    [InlineData(1_020, "u")]
    [InlineData(100_000, "user-17")]
    public void A_digest_is_the_same_whatever_the_length_of_its_parts(int length, string? second)
    {
        var first = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();
        var all = new byte[4 + length + Encoding.UTF8.GetByteCount(second ?? "")];
        BinaryPrimitives.WriteInt32LittleEndian(all, length);
        first.CopyTo(all, 4);
        Encoding.UTF8.GetBytes(second ?? "").CopyTo(all, 4 + length);
        Assert.Equal(BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(all)), StickyKey.Of(first, second));
    }

    [Fact]
    public void Parts_do_not_run_into_each_other() => Assert.NotEqual(StickyKey.Of("ab"u8, "c"), StickyKey.Of("a"u8, "bc"));
}
