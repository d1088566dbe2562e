using Operator.Contract;

namespace Operator.Limiter.Limiting;

/// <summary>An amount in the three dimensions; infinite where there is no limit.</summary>
internal readonly record struct Tokens(double Requests, double Input, double Output)
{
    /// <summary>Without limits.</summary>
    public static Tokens Infinite { get; } = new(double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity);

    /// <summary>From a contract's amounts.</summary>
    public static Tokens From(Amounts amounts) => new(
        amounts.Requests ?? double.PositiveInfinity, amounts.InputTokens ?? double.PositiveInfinity,
        amounts.OutputTokens ?? double.PositiveInfinity);

    /// <summary>To a contract's amounts: infinite becomes null.</summary>
    public Amounts ToAmounts() => new(Finite(Requests), Finite(Input), Finite(Output));

    /// <summary>The smaller of each.</summary>
    public static Tokens Min(Tokens a, Tokens b) => new(Math.Min(a.Requests, b.Requests), Math.Min(a.Input, b.Input), Math.Min(a.Output, b.Output));

    public static Tokens operator +(Tokens a, Tokens b) => new(a.Requests + b.Requests, a.Input + b.Input, a.Output + b.Output);

    public static Tokens operator -(Tokens a, Tokens b) => new(a.Requests - b.Requests, a.Input - b.Input, a.Output - b.Output);

    public static Tokens operator *(Tokens a, double by) => new(Scale(a.Requests, by), Scale(a.Input, by), Scale(a.Output, by));

    // Nothing of infinity is nothing, not a number that is none.
    private static double Scale(double value, double by) => by == 0 ? 0 : value * by;

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}

/// <summary>A dimension of a limit.</summary>
internal enum Dimension
{
    Requests,
    InputTokens,
    OutputTokens,
}
