using Operator.Contract;

namespace Operator.Quotas;

/// <summary>An amount or a rate in each of the three limited dimensions; positive infinity where there is no limit.</summary>
/// <param name="Requests">Requests.</param>
/// <param name="InputTokens">Input tokens that count.</param>
/// <param name="OutputTokens">Output tokens.</param>
public readonly record struct ResourceVector(double Requests, double InputTokens, double OutputTokens)
{
    /// <summary>The number of dimensions.</summary>
    public const int Dimensions = 3;

    /// <summary>Nothing in every dimension.</summary>
    public static ResourceVector Zero => default;

    /// <summary>No limit in any dimension.</summary>
    public static ResourceVector Unlimited => new(double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity);

    /// <summary>The value of a dimension: 0 requests, 1 input tokens, 2 output tokens.</summary>
    public double this[int dimension] => dimension switch { 0 => Requests, 1 => InputTokens, _ => OutputTokens };

    /// <summary>From the contract's form, where null is no limit.</summary>
    public static ResourceVector From(Amounts amounts)
    {
        ArgumentNullException.ThrowIfNull(amounts);
        return new(
            amounts.Requests ?? double.PositiveInfinity, amounts.InputTokens ?? double.PositiveInfinity, amounts.OutputTokens ?? double.PositiveInfinity);
    }

    /// <summary>The contract's form; infinity becomes null.</summary>
    public Amounts ToAmounts() => new(Finite(Requests), Finite(InputTokens), Finite(OutputTokens));

    /// <summary>A vector made dimension by dimension.</summary>
    public static ResourceVector Of(Func<int, double> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(value(0), value(1), value(2));
    }

    /// <summary>The smaller in each dimension.</summary>
    public static ResourceVector Min(ResourceVector a, ResourceVector b) =>
        new(Math.Min(a.Requests, b.Requests), Math.Min(a.InputTokens, b.InputTokens), Math.Min(a.OutputTokens, b.OutputTokens));

    /// <summary>The larger in each dimension.</summary>
    public static ResourceVector Max(ResourceVector a, ResourceVector b) =>
        new(Math.Max(a.Requests, b.Requests), Math.Max(a.InputTokens, b.InputTokens), Math.Max(a.OutputTokens, b.OutputTokens));

    /// <summary>The sum.</summary>
    public static ResourceVector operator +(ResourceVector a, ResourceVector b) =>
        new(a.Requests + b.Requests, a.InputTokens + b.InputTokens, a.OutputTokens + b.OutputTokens);

    /// <summary>The difference; infinity stays what it is, whatever is taken from it.</summary>
    public static ResourceVector operator -(ResourceVector a, ResourceVector b) =>
        new(Less(a.Requests, b.Requests), Less(a.InputTokens, b.InputTokens), Less(a.OutputTokens, b.OutputTokens));

    /// <summary>The multiple; infinity stays what it is.</summary>
    public static ResourceVector operator *(ResourceVector a, double factor) =>
        new(Times(a.Requests, factor), Times(a.InputTokens, factor), Times(a.OutputTokens, factor));

    /// <summary>The same without negative values, and without what is not a number.</summary>
    public ResourceVector AtLeastZero() => new(Sane(Requests), Sane(InputTokens), Sane(OutputTokens));

    /// <summary>The same with zero in every dimension in which <paramref name="mask"/> has no limit.</summary>
    public ResourceVector WhereLimited(ResourceVector mask) => new(
        double.IsPositiveInfinity(mask.Requests) ? 0 : Requests,
        double.IsPositiveInfinity(mask.InputTokens) ? 0 : InputTokens,
        double.IsPositiveInfinity(mask.OutputTokens) ? 0 : OutputTokens);

    /// <summary>The same with infinity in every dimension in which <paramref name="mask"/> has no limit.</summary>
    public ResourceVector UnlimitedWhere(ResourceVector mask) => new(
        double.IsPositiveInfinity(mask.Requests) ? mask.Requests : Requests,
        double.IsPositiveInfinity(mask.InputTokens) ? mask.InputTokens : InputTokens,
        double.IsPositiveInfinity(mask.OutputTokens) ? mask.OutputTokens : OutputTokens);

    private static double? Finite(double value) => double.IsPositiveInfinity(value) ? null : value;

    private static double Less(double a, double b) => double.IsPositiveInfinity(a) ? a : a - b;

    private static double Times(double a, double factor) => double.IsPositiveInfinity(a) ? a : a * factor;

    private static double Sane(double value) => value > 0 ? value : 0;
}
