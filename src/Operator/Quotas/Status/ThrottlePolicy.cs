using System.Globalization;
using Operator.Api;

namespace Operator.Quotas.Status;

/// <summary>
/// How hard a quota is pressed. It rises at once, and falls only when the pressure is clearly below the mark that it rose at and has
/// been in its state for a while, so that a load at the edge does not flap.
/// </summary>
internal static class ThrottlePolicy
{
    private const double Pressed = 0.85;
    private const double Relieved = 0.75;
    private const double Throttled = 1.0;
    private const double Eased = 0.92;
    private static readonly TimeSpan LeastStay = TimeSpan.FromSeconds(30);

    /// <summary>The next state.</summary>
    /// <param name="previous">The state so far; null for none.</param>
    /// <param name="reading">The pressure.</param>
    /// <param name="now">The time.</param>
    public static ThrottleStatus Next(ThrottleStatus? previous, PressureReading reading, DateTimeOffset now)
    {
        now = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);
        var before = previous?.State ?? ThrottleState.Clear;
        var state = State(before, previous?.Since, reading, now);
        return new ThrottleStatus
        {
            State = state,
            Cause = Cause(state, reading),
            Since = previous?.Since is { } since && state == before ? since : now,
        };
    }

    private static ThrottleState State(ThrottleState before, DateTimeOffset? since, PressureReading reading, DateTimeOffset now)
    {
        if (now < reading.SpendExhaustedUntil) return ThrottleState.SpendExhausted;
        if (now < reading.FrozenUntil) return ThrottleState.Frozen;
        var ratio = double.IsNaN(reading.Ratio) ? 0 : reading.Ratio;
        var risen = ratio >= Throttled ? ThrottleState.Throttled : ratio >= Pressed ? ThrottleState.Pressed : ThrottleState.Clear;
        // What the API or the budget asked for ends when it ends.
        if (before is ThrottleState.Frozen or ThrottleState.SpendExhausted || risen >= before) return risen;
        if (since is { } start && now - start < LeastStay) return before;
        return before switch
        {
            ThrottleState.Throttled when ratio >= Eased => ThrottleState.Throttled,
            ThrottleState.Throttled when ratio >= Relieved => ThrottleState.Pressed,
            ThrottleState.Pressed when ratio >= Relieved => ThrottleState.Pressed,
            _ => ThrottleState.Clear,
        };
    }

    private static string? Cause(ThrottleState state, PressureReading reading) => state switch
    {
        ThrottleState.SpendExhausted => $"the money is spent until {Time(reading.SpendExhaustedUntil!.Value)}",
        ThrottleState.Frozen => $"{reading.FrozenBecause ?? "the API asked for a pause"}; nothing is sent before {Time(reading.FrozenUntil!.Value)}",
        ThrottleState.Throttled => $"demand exceeds what may be used{In(reading)}; requests wait or are refused",
        ThrottleState.Pressed => $"demand comes near to what may be used{In(reading)}; bulk waits",
        _ => null,
    };

    private static string In(PressureReading reading) => reading.Where is null ? "" : $" of {reading.Where}";

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
