using System.Numerics;
using Operator.Rollouts.Gates;

namespace Operator.Evals.Running;

/// <summary>Results of cases as bits, the first case in the lowest bit of the first byte; base64 as text.</summary>
internal static class CaseBitmap
{
    /// <summary>The text of some results.</summary>
    public static string Write(IReadOnlyList<bool> passed)
    {
        ArgumentNullException.ThrowIfNull(passed);
        var bytes = new byte[(passed.Count + 7) / 8];
        for (var i = 0; i < passed.Count; i++)
        {
            if (passed[i]) bytes[i / 8] |= (byte)(1 << (i % 8));
        }
        return Convert.ToBase64String(bytes);
    }

    /// <summary>Whether a text is the results of so many cases of which so many passed.</summary>
    public static bool Fits(string text, int passed, int total) =>
        Read(text) is { } bytes && bytes.Length == (total + 7) / 8
        && bytes.Sum(b => BitOperations.PopCount(b)) == passed
        && (total % 8 == 0 || bytes[^1] >> (total % 8) == 0);

    /// <summary>Compares two runs case by case; null when one of them has no results that fit.</summary>
    /// <param name="stable">The results of stable.</param>
    /// <param name="candidate">The results of the candidate.</param>
    /// <param name="total">How many cases there are.</param>
    public static PairedCounts? Compare(string? stable, string? candidate, int total)
    {
        if (stable is null || candidate is null || Read(stable) is not { } before || Read(candidate) is not { } after) return null;
        if (before.Length != after.Length || before.Length != (total + 7) / 8) return null;
        var (lost, won) = (0, 0);
        for (var i = 0; i < before.Length; i++)
        {
            lost += BitOperations.PopCount((uint)(before[i] & ~after[i]));
            won += BitOperations.PopCount((uint)(after[i] & ~before[i]));
        }
        return new PairedCounts(total, lost, won);
    }

    private static byte[]? Read(string text)
    {
        var bytes = new byte[((text.Length / 4) + 1) * 3];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }
}
