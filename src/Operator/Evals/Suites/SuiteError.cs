using System.Globalization;

namespace Operator.Evals.Suites;

/// <summary>What is wrong with a suite.</summary>
/// <param name="ConfigMap">The ConfigMap.</param>
/// <param name="Key">The key of the ConfigMap; empty for the ConfigMap as a whole.</param>
/// <param name="Line">The line, from 1; 0 for the key as a whole.</param>
/// <param name="Column">The column in characters, from 1; 0 for the line as a whole.</param>
/// <param name="Message">What is wrong and what to do.</param>
internal sealed record SuiteError(string ConfigMap, string Key, int Line, int Column, string Message)
{
    private const int LongestQuote = 60;

    /// <summary>Where and what, in a line: <c>triage-evals/cases.jsonl:3:17: …</c>.</summary>
    public override string ToString()
    {
        var place = Key.Length == 0 ? ConfigMap : ConfigMap + "/" + Key;
        if (Line > 0) place += ":" + Line.ToString(CultureInfo.InvariantCulture);
        if (Column > 0) place += ":" + Column.ToString(CultureInfo.InvariantCulture);
        return place + ": " + Message;
    }

    /// <summary>Foreign text, cut and without control characters, as part of a message.</summary>
    internal static string Quote(string text)
    {
        var cut = text.Length <= LongestQuote ? text : text[..(char.IsHighSurrogate(text[LongestQuote - 1]) ? LongestQuote - 1 : LongestQuote)] + "…";
        return string.Create(cut.Length, cut, static (span, from) =>
        {
            for (var i = 0; i < span.Length; i++) span[i] = char.IsControl(from[i]) ? ' ' : from[i];
        });
    }
}
