namespace Benchmarks.Propagation;

/// <summary>Moments that several processes of one machine tell each other.</summary>
internal static class Stamp
{
    /// <summary>Microseconds since 1970, now.</summary>
    public static long Now => Of(DateTimeOffset.UtcNow);

    /// <summary>Microseconds since 1970.</summary>
    public static long Of(DateTimeOffset at) => (at - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
