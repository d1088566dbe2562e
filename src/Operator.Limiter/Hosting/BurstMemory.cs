namespace Operator.Limiter.Hosting;

/// <summary>
/// Gives back what a burst took. The runtime keeps it until the next collection, and one comes only when something is allocated: a sidecar
/// that rests after a burst would hold its most for hours. While many requests come nothing is done, and else twice a minute at most: a
/// collection of everything stops all of them for 5 to 40 ms.
/// </summary>
/// <param name="allocated">Bytes that were ever allocated.</param>
/// <param name="giveBack">Gives back.</param>
internal sealed class BurstMemory(Func<long> allocated, Action giveBack)
{
    /// <summary>Between two looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>What has to be allocated since it last gave back, in bytes: as much as lies between two collections, about 2 000 requests.</summary>
    public const long Burst = 16_000_000;

    /// <summary>What is allocated at most from one look to the next while it is quiet, in bytes: about 100 requests.</summary>
    public const long Quiet = 1_000_000;

    /// <summary>How many looks in a row find it quiet, before it counts as that.</summary>
    public const int Looks = 2;

    /// <summary>How many looks there are at least from one time to the next, however often bursts come.</summary>
    public const int Pause = 30;

    private long _seen;
    private long _given;
    private int _quiet;
    private int _since = Pause;

    /// <summary>Begins to look; ends with what it returns.</summary>
    /// <param name="time">The clock.</param>
    public ITimer Start(TimeProvider time) => time.CreateTimer(static state => ((BurstMemory)state!).Look(), this, Interval, Interval);

    /// <summary>Looks, and gives back if it is time.</summary>
    internal void Look()
    {
        var now = allocated();
        _quiet = now - _seen <= Quiet ? _quiet + 1 : 0;
        _seen = now;
        _since++;
        if (_quiet < Looks || _since < Pause || now - _given < Burst) return;
        giveBack();
        (_given, _since) = (now, 0);
    }
}
