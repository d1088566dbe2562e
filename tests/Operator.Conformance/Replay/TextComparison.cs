using System.Text.RegularExpressions;

namespace Operator.Conformance.Replay;

/// <summary>How printed text is held against the recorded text.</summary>
public enum TextMode
{
    /// <summary>Line by line the same.</summary>
    Exact,

    /// <summary>The same lines in any order (kubectl prints some maps as it finds them).</summary>
    AnyOrder,

    /// <summary>Every live line is a recorded line (a server that serves less).</summary>
    LiveWithinRecord,

    /// <summary>Every recorded line is a live line (a server that holds more).</summary>
    RecordWithinLive,
}

/// <summary>Compares what kubectl printed with what it printed in the recording, apart from ages, times, identities and widths.</summary>
public sealed partial class TextComparison(SymbolTable symbols)
{
    public IReadOnlyList<string> Compare(string stream, string recorded, string live, TextMode mode)
    {
        var problems = new List<string>();
        var expected = Lines(Volatile.RecordedTimes(recorded));
        var got = Lines(Volatile.LiveTimes(LiveFolders().Replace(live, "$1/")));
        for (var i = 0; mode == TextMode.Exact && i < Math.Min(expected.Length, got.Length); i++) (expected[i], got[i]) = Bind(expected[i], got[i], problems);
        expected = mode == TextMode.AnyOrder ? [.. expected.Order(StringComparer.Ordinal)] : Sorted(expected);
        got = mode == TextMode.AnyOrder ? [.. got.Order(StringComparer.Ordinal)] : Sorted(got);
        var missing = mode == TextMode.LiveWithinRecord ? [] : expected.Where(l => !got.Contains(l)).ToArray();
        var surplus = mode == TextMode.RecordWithinLive ? [] : got.Where(l => !expected.Contains(l)).ToArray();
        if (mode is TextMode.Exact or TextMode.AnyOrder ? !expected.SequenceEqual(got) : missing.Length + surplus.Length > 0)
            problems.Add($"{stream} differs:\n{Diff(expected, got, mode, missing, surplus)}");
        return problems;
    }

    private static string Diff(string[] expected, string[] got, TextMode mode, string[] missing, string[] surplus)
    {
        if (mode is TextMode.LiveWithinRecord or TextMode.RecordWithinLive) return string.Join('\n', [.. missing.Select(l => $"      expected: {l}"), .. surplus.Select(l => $"      surplus:  {l}")]);
        var lines = new List<string>();
        for (var i = 0; i < Math.Max(expected.Length, got.Length); i++)
        {
            var (e, g) = (expected.ElementAtOrDefault(i), got.ElementAtOrDefault(i));
            if (e == g) continue;
            lines.Add($"      line {i + 1} expected: {e ?? "(no line)"}");
            lines.Add($"      line {i + 1} got:      {g ?? "(no line)"}");
        }
        return string.Join('\n', lines.Take(40));
    }

    /// <summary>Identities and versions in a pair of lines are compared through the table, then blanked.</summary>
    private (string Expected, string Got) Bind(string expected, string got, List<string> problems)
    {
        foreach (var (e, g) in Uid().Matches(expected).Zip(Uid().Matches(got)))
            if (symbols.Identity(e.Value, g.Value) is { } problem) problems.Add($"the uid {problem}");
        foreach (var (e, g) in Version().Matches(expected).Zip(Version().Matches(got)))
            if (symbols.ObjectVersion(e.Groups[2].Value, g.Groups[2].Value) is { } problem) problems.Add($"the resource version {problem}");
        return (Blank(expected), Blank(got));
    }

    private static string Blank(string line) => Version().Replace(Uid().Replace(line, "<uid>"), "$1<version>");

    private static string[] Lines(string text) =>
    [
        .. text.Split('\n')
            .Select(l => Age().Replace(Gaps().Replace(l.TrimEnd(), "  "), Volatile.Age))
            // Versions of the programs are not the servers' doing.
            .Where(l => !l.StartsWith("WARNING: version difference", StringComparison.Ordinal))
            .Select(l => ProgramVersion().Replace(l, "$1: <version>"))
            // Newer programs name the namespace as well.
            .Select(l => DeletedFrom().Replace(l, "$1")),
    ];

    // kubectl lists several errors in the order in which the server's map gave them.
    private static string[] Sorted(string[] lines)
    {
        var errors = new Queue<string>(lines.Where(l => l.StartsWith("* ", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        return [.. lines.Select(l => l.StartsWith("* ", StringComparison.Ordinal) ? errors.Dequeue() : l)];
    }

    [GeneratedRegex(@"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Uid();

    [GeneratedRegex("""(resourceVersion"?: ?"|Resource Version: +)(\d+)""")]
    private static partial Regex Version();

    [GeneratedRegex(@"(?<=\S) {2,}")]
    private static partial Regex Gaps();

    [GeneratedRegex(@"(?<=  )((\d+[smhdy]){1,2}|<invalid>)(?=  |$)")]
    private static partial Regex Age();

    [GeneratedRegex(@"^(Client Version|Kustomize Version|Server Version): v.*$")]
    private static partial Regex ProgramVersion();

    [GeneratedRegex(@"^(\S+ "".*"" deleted) from \S+ namespace$")]
    private static partial Regex DeletedFrom();

    [GeneratedRegex(@"\S*/(LIVE|MERGED)-\d+/")]
    private static partial Regex LiveFolders();
}
