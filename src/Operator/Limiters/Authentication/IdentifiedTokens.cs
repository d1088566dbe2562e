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

    /// <summary>Keeps an answer.</summary>
    public void Keep(string digest, LimiterIdentity? identity, TimeSpan lifetime)
    {
        lock (_gate)
        {
            if (_kept.Count >= Most) Clean();
            _kept[digest] = (identity, time.GetTimestamp() + (long)(lifetime.TotalSeconds * time.TimestampFrequency));
        }
    }

    private void Clean()
    {
        var now = time.GetTimestamp();
        foreach (var (digest, _) in _kept.Where(k => k.Value.Until <= now).ToList()) _kept.Remove(digest);
        if (_kept.Count >= Most) _kept.Clear();
    }
}
