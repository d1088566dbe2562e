using System.Globalization;
using System.Text.RegularExpressions;

namespace Operator.LocalCluster.CustomResources;

/// <summary>Orders version names: stable before beta before alpha, newer before older, other names last in alphabetical order.</summary>
internal sealed partial class VersionPriority : IComparer<string>
{
    /// <summary>The only instance.</summary>
    public static VersionPriority Instance { get; } = new();

    /// <inheritdoc/>
    public int Compare(string? x, string? y)
    {
        var (left, right) = (Rank(x ?? ""), Rank(y ?? ""));
        var order = right.CompareTo(left);
        return order != 0 ? order : string.CompareOrdinal(x, y);
    }

    private static (int Stage, int Major, int Minor) Rank(string name)
    {
        var match = Kubernetes().Match(name);
        if (!match.Success)
            return (0, 0, 0);
        var stage = match.Groups["stage"].Value switch
        {
            "" => 3,
            "beta" => 2,
            _ => 1,
        };
        var minor = match.Groups["minor"].Value;
        return (stage, int.Parse(match.Groups["major"].Value, CultureInfo.InvariantCulture),
            minor.Length == 0 ? 0 : int.Parse(minor, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"^v(?<major>\d{1,9})((?<stage>alpha|beta)(?<minor>\d{1,9}))?$")]
    private static partial Regex Kubernetes();
}
