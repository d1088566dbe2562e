using System.Text.RegularExpressions;

namespace Operator.Cli.Tests.Readme;

/// <summary>What is left of an output once everything that differs from run to run is taken out.</summary>
internal static class ShownText
{
    private static readonly (string What, Regex Pattern, string Replacement)[] Rules =
    [
        ("what is told of a server that takes longer than a second", new(@"^waiting for https://\S+ \.\.\.\n", RegexOptions.Multiline), ""),
        ("the last part of a pod's name", new(@"\b([a-z][a-z-]*(?:-[0-9a-f]{10}(?:-\d+(?:-base)?)?)?)-[bcdfghjklmnpqrstvwxz2456789]{5}\b(?=\s)"), "$1-POD"),
        ("digests", new(@"\b[0-9a-f]{10}\b"), "DIGEST"),
        ("who holds a lease", new(@"\b[\w.-]+_[0-9a-f]{32}\b"), "HOLDER"),
        ("ages", new(@"(?<=\s)(?:\d+[dhms]){1,2}(?= *(?:\n|$))"), "AGE"),
        ("use, loans, pressure and money of a quota",
            new(@"(?<=^ *[\w-]+/[\w-]+ .* (?:requests|input|output) +)[\d.]+[kM]? +([\d.]+[kM]?) +(?:-|\d+) +(?:-|\d+%) +(?:-|[\d.]+)((?:/\d+)?) +(?:-|[\d.]+)((?:/\d+)?)", RegexOptions.Multiline),
            "USED $1 BORROWED PRESSURE MONEY$2 MONEY$3"),
        ("limiters, those of a running eval among them", new(@"\b\d+ of \d+(?= hold the newest configuration)"), "ALL"),
        ("shares that users draw by lot", new(@"(?<=, )[\d.]+%(?= observed)"), "SHARE"),
        ("what gates measured", new(@"(?<=^ +gate +(?:errorRate|latencyP95): \w+ ).*", RegexOptions.Multiline), "MEASURED"),
        ("what a step waits for at the moment of a look", new(@"(?<=^Progressing: .* at \d+%; ).*", RegexOptions.Multiline), "WAITS"),
        ("blanks that follow from widths", new(" +"), " "),
        ("blanks at ends", new(@" +(?=\n)"), ""),
    ];

    /// <summary>Whether an output is what is shown, but for what differs; a line <c>…</c> stands for any lines.</summary>
    public static bool Fits(string shown, string written) =>
        Regex.IsMatch(Stable(written), "^" + string.Join(@"(?:.*\n)?", Stable(shown).Split("…\n").Select(Regex.Escape)) + "$", RegexOptions.Singleline);

    /// <summary>Without what differs.</summary>
    public static string Stable(string text) => Rules.Aggregate(text.ReplaceLineEndings("\n"), (t, rule) => rule.Pattern.Replace(t, rule.Replacement));
}
