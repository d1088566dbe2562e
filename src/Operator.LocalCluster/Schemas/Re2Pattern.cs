using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;

namespace Operator.LocalCluster.Schemas;

/// <summary>Matches the patterns of schemas, which are written in RE2's syntax, with .NET's engine in linear time where possible.</summary>
internal static class Re2Pattern
{
    private const int MaximumCached = 2_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly ConcurrentDictionary<string, Compiled> Cache = new(StringComparer.Ordinal);

    private sealed record Compiled(Regex? Regex, string? Error);

    /// <summary>Null where the text matches; else what the error names as the pattern: itself, with the reason where it is no pattern.</summary>
    public static string? Mismatch(string pattern, string text)
    {
        var compiled = Find(pattern);
        if (compiled.Regex is null)
        {
            return $"{pattern}, but pattern is invalid: {compiled.Error}";
        }

        try
        {
            return compiled.Regex.IsMatch(text) ? null : pattern;
        }
        catch (RegexMatchTimeoutException)
        {
            return $"{pattern}, but matching took longer than {Patience.TotalSeconds} s";
        }
    }

    /// <summary>Whether the text is a usable pattern; the reason where it is not.</summary>
    public static bool IsValid(string pattern, out string error)
    {
        error = Find(pattern).Error ?? "";
        return error.Length == 0;
    }

    private static Compiled Find(string pattern)
    {
        if (Cache.Count >= MaximumCached)
        {
            Cache.Clear();
        }

        return Cache.GetOrAdd(pattern, Compile);
    }

    private static Compiled Compile(string pattern)
    {
        var translated = Translate(pattern);
        try
        {
            return new(new Regex(translated, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, Patience), null);
        }
        catch (NotSupportedException)
        {
            return new(new Regex(translated, RegexOptions.CultureInvariant, Patience), null);
        }
        catch (ArgumentException e)
        {
            return new(null, "error parsing regexp: " + e.Message);
        }
    }

    /// <summary>The same pattern in .NET's syntax: ASCII classes, end of text instead of end of line, POSIX classes, literal brackets.</summary>
    internal static string Translate(string pattern)
    {
        var output = new StringBuilder(pattern.Length + 16);
        var inClass = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            var character = pattern[i];
            if (character == '\\' && i + 1 < pattern.Length)
            {
                i = Escape(pattern, i, inClass, output);
            }
            else if (inClass)
            {
                if (character == '[' && Posix(pattern, i) is { } posix)
                {
                    output.Append(posix.Range);
                    i += posix.Length - 1;
                }
                else
                {
                    inClass = character != ']';
                    output.Append(character == '[' ? "\\[" : character.ToString());
                }
            }
            else if (character == '[')
            {
                inClass = true;
                output.Append('[');
                if (i + 1 < pattern.Length && pattern[i + 1] == '^')
                {
                    output.Append('^');
                    i++;
                }

                // A bracket that closes at once is a literal one.
                if (i + 1 < pattern.Length && pattern[i + 1] == ']')
                {
                    output.Append("\\]");
                    i++;
                }
            }
            else if (character == '$' && !pattern.Contains("(?m", StringComparison.Ordinal))
            {
                output.Append("\\z");
            }
            else if (character == '(' && pattern.AsSpan(i).StartsWith("(?P<"))
            {
                output.Append("(?<");
                i += 3;
            }
            else if (character == '(' && pattern.AsSpan(i).StartsWith("(?") && Flags(pattern, i + 2) is { } flags)
            {
                // Greed does not change whether there is a match, and .NET has no flag for it.
                var kept = flags.Replace("U", "", StringComparison.Ordinal);
                output.Append(kept is ")" or "-)" ? "" : "(?" + kept);
                i += 1 + flags.Length;
            }
            else
            {
                output.Append(character);
            }
        }

        return output.ToString();
    }

    /// <summary>The flags after <c>(?</c> with the colon or bracket that ends them; null where something else stands there.</summary>
    private static string? Flags(string pattern, int start)
    {
        var end = start;
        while (end < pattern.Length && pattern[end] is 'i' or 'm' or 's' or 'U' or '-')
        {
            end++;
        }

        return end < pattern.Length && end > start && pattern[end] is ')' or ':' ? pattern[start..(end + 1)] : null;
    }

    private static int Escape(string pattern, int i, bool inClass, StringBuilder output)
    {
        var escaped = pattern[i + 1];
        switch (escaped)
        {
            case 'd' or 'w' or 's':
                var range = escaped switch { 'd' => "0-9", 'w' => "0-9A-Za-z_", _ => "\\t\\n\\f\\r " };
                output.Append(inClass ? range : $"[{range}]");
                return i + 1;
            case 'D' or 'W' or 'S' when !inClass:
                output.Append(escaped switch { 'D' => "[^0-9]", 'W' => "[^0-9A-Za-z_]", _ => "[^\\t\\n\\f\\r ]" });
                return i + 1;
            case 'D' or 'W' or 'S':
                output.Append(escaped switch { 'D' => "\\x00-/:-\\uFFFF", 'W' => "\\x00-/:-@\\[-\\^`{-\\uFFFF", _ => "\\x00-\\x08\\x0B\\x0E-\\x1F!-\\uFFFF" });
                return i + 1;
            case 'p' or 'P' when i + 2 < pattern.Length && pattern[i + 2] != '{':
                output.Append('\\').Append(escaped).Append('{').Append(pattern[i + 2]).Append('}');
                return i + 2;
            case 'Q':
                var end = pattern.IndexOf("\\E", i + 2, StringComparison.Ordinal);
                output.Append(Regex.Escape(end < 0 ? pattern[(i + 2)..] : pattern[(i + 2)..end]));
                return end < 0 ? pattern.Length - 1 : end + 1;
            case 'x' when i + 2 < pattern.Length && pattern[i + 2] == '{' && pattern.IndexOf('}', i) is > 0 and var close
                && int.TryParse(pattern.AsSpan(i + 3, close - i - 3), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var code) && Rune.IsValid(code):
                output.Append(Regex.Escape(new Rune(code).ToString()));
                return close;
            default:
                output.Append('\\').Append(escaped);
                return i + 1;
        }
    }

    private static (string Range, int Length)? Posix(string pattern, int i)
    {
        foreach (var (name, range) in PosixClasses)
        {
            if (pattern.AsSpan(i).StartsWith(name))
            {
                return (range, name.Length);
            }
        }

        return null;
    }

    private static readonly (string Name, string Range)[] PosixClasses =
    [
        ("[:alnum:]", "0-9A-Za-z"), ("[:alpha:]", "A-Za-z"), ("[:ascii:]", "\\x00-\\x7F"), ("[:blank:]", "\\t "), ("[:cntrl:]", "\\x00-\\x1F\\x7F"),
        ("[:digit:]", "0-9"), ("[:graph:]", "!-~"), ("[:lower:]", "a-z"), ("[:print:]", " -~"), ("[:punct:]", "!-/:-@\\[-`{-~"),
        ("[:space:]", "\\t\\n\\v\\f\\r "), ("[:upper:]", "A-Z"), ("[:word:]", "0-9A-Za-z_"), ("[:xdigit:]", "0-9A-Fa-f"),
    ];
}
