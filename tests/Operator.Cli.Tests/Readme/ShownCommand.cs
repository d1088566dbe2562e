using System.Text.RegularExpressions;

namespace Operator.Cli.Tests.Readme;

/// <summary>A command that a guide shows.</summary>
/// <param name="Section">The heading that it stands below.</param>
/// <param name="Line">As it is typed.</param>
/// <param name="Code">The exit code that a comment behind it tells; 0 without one.</param>
/// <param name="Output">What stands below it; null where none is shown.</param>
/// <param name="OutputAt">Where the output begins in the text.</param>
/// <param name="IsInline">Whether it stands in a sentence, such as <c>kubectl claude status NAME</c>.</param>
internal sealed partial record ShownCommand(string Section, string Line, int Code, string? Output, int OutputAt, bool IsInline)
{
    /// <summary>All commands of a text: every line of an <c>sh</c> block, every <c>$</c> of a <c>console</c> block, and those between backticks.</summary>
    public static IReadOnlyList<ShownCommand> In(string markdown)
    {
        List<ShownCommand> all = [];
        var section = "";
        foreach (Match part in Part().Matches(markdown))
        {
            if (part.Groups["heading"].Success) section = part.Groups["heading"].Value;
            else if (part.Groups["inline"].Success) all.Add(new(section, Blanks().Replace(part.Groups["inline"].Value, " "), 0, null, part.Index, IsInline: true));
            else if (part.Groups["language"].Value is "sh") all.AddRange(Lines(part).Where(l => l.Value.Length > 0).Select(l => new ShownCommand(section, l.Value, 0, null, l.Index, IsInline: false)));
            else if (part.Groups["language"].Value is "console") all.AddRange(Dialogue(section, part));
            else if (Typed().IsMatch(part.Groups["block"].Value)) throw new FormatException($"a command below '{section}' stands in a block without a language; sh and console are read");
        }
        return all;
    }

    private static IEnumerable<ShownCommand> Dialogue(string section, Match block)
    {
        foreach (Match said in Said().Matches(block.Groups["block"].Value))
        {
            var output = said.Groups["output"];
            var code = said.Groups["code"] is { Success: true } shown ? int.Parse(shown.Value, System.Globalization.CultureInfo.InvariantCulture) : 0;
            yield return new ShownCommand(section, said.Groups["line"].Value, code, output.Length == 0 ? null : output.Value, block.Groups["block"].Index + output.Index, IsInline: false);
        }
    }

    private static IEnumerable<(string Value, int Index)> Lines(Match block) => Row().Matches(block.Groups["block"].Value).Select(l => (l.Value.Trim(), block.Groups["block"].Index + l.Index));

    [GeneratedRegex("""^\#+[ ](?<heading>[^\n]+)|^```(?<language>\w*)\n(?<block>(?:(?!```)[^\n]*\n)*)```|`(?<inline>(?:[A-Z_]+=\S+\s)*(?:kubectl|helm|docker|cosign|dotnet)\s[^`]+)`""", RegexOptions.Multiline)]
    private static partial Regex Part();

    [GeneratedRegex("""^\$ (?<line>[^\n]*?)(?:\s+\# exit (?<code>\d))?\n(?<output>(?:(?!\$ )[^\n]*\n)*)""", RegexOptions.Multiline)]
    private static partial Regex Said();

    [GeneratedRegex(@"[^\n]+")]
    private static partial Regex Row();

    [GeneratedRegex(@"^(\$ |kubectl [a-z-])", RegexOptions.Multiline)]
    private static partial Regex Typed();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
