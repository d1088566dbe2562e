namespace Operator.Quotas;

/// <summary>How many limiters boot shares are counted for.</summary>
internal static class LimiterCount
{
    /// <summary>
    /// A power of two with room for a quarter more than there are, at least 2: so that the rendered configuration stays the same while
    /// pods come and go, and pods that start before a new one reaches them keep the sum of all shares within the limit.
    /// </summary>
    public static int Basis(int limiters)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limiters);
        var basis = 2;
        while (basis < limiters + ((limiters + 3) / 4)) basis *= 2;
        return basis;
    }
}
