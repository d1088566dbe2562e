using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Operator.Limiters.Authentication;

/// <summary>
/// What is known of tokens for a while, by their digest and never the token, so that a thousand limiters that report each second are
/// not checked as often. Bounded.
/// </summary>
internal sealed class IdentifiedTokens(TimeProvider time)
{
    /// <summary>How many answers are kept at most.</summary>
    public const int Most = 20_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (LimiterIdentity? Identity, long Until)> _kept = new(StringComparer.Ordinal);

    /// <summary>What a token is kept under.</summary>
    public static string Digest(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    /// <summary>Whether the answer for a token is known; it may be that the token is not good.</summary>
    public bool TryGet(string digest, out LimiterIdentity? identity)
    {
        lock (_gate)
        {
            var known = _kept.TryGetValue(digest, out var kept) && time.GetTimestamp() < kept.Until;
            identity = known ? kept.Identity : null;
            return known;
        }
    }

    /// <summary>
    /// Keeps an answer, for between half of its lifetime and the whole: each digest has its own part, so that the tokens of a thousand
    /// limiters that came together, as after a change of the leader, are not checked anew together ever after.
    /// </summary>
    /// <param name="digest">Of the token.</param>
    /// <param name="identity">The answer.</param>
    /// <param name="lifetime">The longest that it may be believed.</param>
    public void Keep(string digest, LimiterIdentity? identity, TimeSpan lifetime)
    {
        var seconds = lifetime.TotalSeconds * (1 + Part(digest)) / 2;
        lock (_gate)
        {
            if (_kept.Count >= Most) Clean();
            _kept[digest] = (identity, time.GetTimestamp() + (long)(seconds * time.TimestampFrequency));
        }
    }

    /// <summary>From 0 to 1, evenly over digests.</summary>
    private static double Part(string digest) => (double)uint.Parse(digest.AsSpan(0, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) / uint.MaxValue;

    private void Clean()
    {
        var now = time.GetTimestamp();
        foreach (var (digest, _) in _kept.Where(k => k.Value.Until <= now).ToList()) _kept.Remove(digest);
        if (_kept.Count >= Most) _kept.Clear();
    }
}
