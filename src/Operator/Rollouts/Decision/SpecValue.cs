using Operator.Api;

namespace Operator.Rollouts;

/// <summary>Reads values of validated specs; one that cannot be read is a fault of the caller, not of the user.</summary>
internal static class SpecValue
{
    /// <summary>A share in hundredths of a percent; null where none is given.</summary>
    public static int? BasisPoints(Percent? value, string path) =>
        value is not { } given ? null : given.TryGetBasisPoints(out var points) ? points : throw Unreadable(path, given.Text);

    /// <summary>A share from 0 to 1; null where none is given.</summary>
    public static double? Share(Percent? value, string path) => BasisPoints(value, path) / 10_000.0;

    /// <summary>A duration; null where none is given.</summary>
    public static TimeSpan? Duration(GoDuration? value, string path) =>
        value is not { } given ? null : given.TryGetTimeSpan(out var duration) ? duration : throw Unreadable(path, given.Text);

    /// <summary>An amount.</summary>
    public static decimal Amount(Money value, string path) =>
        value.TryGetAmount(out var amount) ? amount : throw Unreadable(path, value.Text);

    private static ArgumentException Unreadable(string path, string? text) =>
        new($"{path}: '{text}' cannot be read; plans are made from validated specs only");
}
