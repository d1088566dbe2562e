namespace Operator.Tests.Admission;

/// <summary>The real clock, set to another time of day; timers run as they do.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private long _shift;

    /// <summary>Sets the clock forward, or back.</summary>
    public void Shift(TimeSpan by) => Interlocked.Add(ref _shift, by.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _shift));
}
