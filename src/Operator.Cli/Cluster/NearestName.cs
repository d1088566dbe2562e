namespace Operator.Cli.Cluster;

/// <summary>Helps somebody who mistyped a name.</summary>
internal static class NearestName
{
    /// <summary>What to say of a name that does not exist.</summary>
    public static string Missing(string kind, string name, string space, IReadOnlyList<string> others)
    {
        if (others.Count == 0) return $"there is no {kind} in namespace {space}; choose another with -n, or see all with -A";
        return Of(name, others) is { } near
            ? $"there is no {kind} '{name}' in namespace {space}; did you mean '{near}'?"
            : $"there is no {kind} '{name}' in namespace {space}; there are: {string.Join(", ", others.Order(StringComparer.Ordinal).Take(10))}";
    }

    /// <summary>The nearest name; null when none is near.</summary>
    public static string? Of(string name, IEnumerable<string> others)
    {
        var best = others.Select(o => (Name: o, Distance: Distance(name, o))).OrderBy(o => o.Distance).ThenBy(o => o.Name, StringComparer.Ordinal).FirstOrDefault();
        return best.Name is not null && best.Distance <= Math.Max(2, name.Length / 3) ? best.Name : null;
    }

    /// <summary>How many letters must be changed, added or left out: the distance of Levenshtein.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j - 1], above) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }
        return row[b.Length];
    }
}
