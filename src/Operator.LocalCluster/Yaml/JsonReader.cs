using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Operator.LocalCluster.Schemas;

namespace Operator.LocalCluster.Yaml;

/// <summary>Reads one JSON document, notes keys that stand twice, and reports errors in the words of Go's decoder.</summary>
internal sealed class JsonReader(string text)
{
    private readonly DuplicateKeys duplicates = new();
    private int at;

    /// <summary>Reads the document.</summary>
    /// <exception cref="FormatException">The text is no JSON document.</exception>
    public ParsedBody Read()
    {
        var value = Value("", 0);
        SkipSpace();
        return at == text.Length ? new ParsedBody(value, duplicates.Paths) : throw Unexpected("after top-level value");
    }

    private JsonNode? Value(string path, int depth)
    {
        if (depth > RequestBody.MaximumDepth)
        {
            throw new FormatException("exceeded max depth");
        }

        SkipSpace();
        switch (Peek())
        {
            case '{': return Map(path, depth);
            case '[': return List(path, depth);
            case '"': return Text();
            case 't': return Literal("true", true);
            case 'f': return Literal("false", false);
            case 'n': return Literal("null", null);
            case '-' or (>= '0' and <= '9'): return Number();
            default: throw Unexpected("looking for beginning of value");
        }
    }

    private JsonObject Map(string path, int depth)
    {
        var map = new JsonObject();
        at++;
        SkipSpace();
        if (Peek() == '}')
        {
            at++;
            return map;
        }

        while (true)
        {
            SkipSpace();
            if (Peek() != '"')
            {
                throw Unexpected("looking for beginning of object key string");
            }

            var key = Text();
            var keyPath = path.Length == 0 ? key : path + "." + key;
            SkipSpace();
            Expect(':', "after object key");
            if (map.ContainsKey(key))
            {
                duplicates.Add(keyPath);
                map.Remove(key);
            }

            map.Add(key, Value(keyPath, depth + 1));
            SkipSpace();
            if (Peek() == '}')
            {
                at++;
                return map;
            }

            Expect(',', "after object key:value pair");
        }
    }

    private JsonArray List(string path, int depth)
    {
        var list = new JsonArray();
        at++;
        SkipSpace();
        if (Peek() == ']')
        {
            at++;
            return list;
        }

        while (true)
        {
            list.Add(Value(string.Create(CultureInfo.InvariantCulture, $"{path}[{list.Count}]"), depth + 1));
            SkipSpace();
            if (Peek() == ']')
            {
                at++;
                return list;
            }

            Expect(',', "after array element");
        }
    }

    private string Text()
    {
        var value = new StringBuilder();
        for (at++; ; at++)
        {
            switch (Peek())
            {
                case '"':
                    at++;
                    return value.ToString();
                case '\\':
                    at++;
                    value.Append(Escaped());
                    break;
                case < ' ':
                    throw Unexpected("in string literal");
                case var character:
                    value.Append(character);
                    break;
            }
        }
    }

    private char Escaped()
    {
        switch (Peek())
        {
            case 'b': return '\b';
            case 'f': return '\f';
            case 'n': return '\n';
            case 'r': return '\r';
            case 't': return '\t';
            case '"' or '\\' or '/': return text[at];
            case 'u':
                for (var i = 0; i < 4; i++)
                {
                    at++;
                    if (!char.IsAsciiHexDigit(Peek()))
                    {
                        throw Unexpected("in \\u hexadecimal character escape");
                    }
                }

                return (char)int.Parse(text.AsSpan(at - 3, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            default:
                throw Unexpected("in string escape code");
        }
    }

    private JsonValue Number()
    {
        var start = at;
        if (Peek() == '-')
        {
            at++;
        }

        if (Peek() == '0')
        {
            at++;
        }
        else
        {
            Digits("in numeric literal");
        }

        var isInteger = true;
        if (at < text.Length && text[at] == '.')
        {
            isInteger = false;
            at++;
            Digits("after decimal point in numeric literal");
        }

        if (at < text.Length && text[at] is 'e' or 'E')
        {
            isInteger = false;
            at++;
            if (Peek() is '+' or '-')
            {
                at++;
            }

            Digits("in exponent of numeric literal");
        }

        var literal = text.AsSpan(start, at - start);
        if (isInteger && long.TryParse(literal, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer))
        {
            return JsonValue.Create(integer);
        }

        var number = double.Parse(literal, NumberStyles.Float, CultureInfo.InvariantCulture);
        return double.IsFinite(number)
            ? JsonValue.Create(number)
            : throw new FormatException($"json: cannot unmarshal number {literal} into Go value of type float64");
    }

    private void Digits(string context)
    {
        if (!char.IsAsciiDigit(Peek()))
        {
            throw Unexpected(context);
        }

        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }
    }

    private JsonValue? Literal(string literal, bool? value)
    {
        foreach (var expected in literal)
        {
            if (Peek() != expected)
            {
                throw Unexpected($"in literal {literal} (expecting '{expected}')");
            }

            at++;
        }

        return value is { } flag ? JsonValue.Create(flag) : null;
    }

    private void Expect(char expected, string context)
    {
        if (Peek() != expected)
        {
            throw Unexpected(context);
        }

        at++;
    }

    private char Peek() => at < text.Length ? text[at] : throw new FormatException("unexpected end of JSON input");

    private void SkipSpace()
    {
        while (at < text.Length && text[at] is ' ' or '\t' or '\r' or '\n')
        {
            at++;
        }
    }

    private FormatException Unexpected(string context)
    {
        _ = Peek();
        var character = Rune.TryGetRuneAt(text, at, out var rune) ? rune.ToString() : text[at].ToString();
        var quoted = character switch { "'" => @"'\''", "\"" => "'\"'", _ => "'" + GoFormat.Quote(character)[1..^1] + "'" };
        return new FormatException($"invalid character {quoted} {context}");
    }
}

/// <summary>Collects the paths of keys that stand twice: each once, and only the first hundred.</summary>
internal sealed class DuplicateKeys
{
    private readonly List<string> paths = [];

    /// <summary>The paths in the order they were found.</summary>
    public IReadOnlyList<string> Paths => paths;

    /// <summary>Notes a path.</summary>
    public void Add(string path)
    {
        if (paths.Count < 100 && !paths.Contains(path))
        {
            paths.Add(path);
        }
    }
}
