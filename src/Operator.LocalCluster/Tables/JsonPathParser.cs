using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Operator.LocalCluster.Tables;

/// <summary>Reads JSONPath expressions.</summary>
internal sealed class JsonPathParser
{
    private static readonly string[] Operators = ["==", "!=", "<=", ">=", "<", ">"];
    private readonly string _text;
    private int _position;

    /// <summary>Prepares to read; braces and a leading <c>$</c> are ignored.</summary>
    public JsonPathParser(string text)
    {
        _text = text.Trim();
        if (_text.StartsWith('{') && _text.EndsWith('}')) _text = _text[1..^1].Trim();
        if (_text.StartsWith('$') || _text.StartsWith('@')) _position = 1;
    }

    /// <summary>The steps.</summary>
    /// <exception cref="FormatException">The path is malformed.</exception>
    public IReadOnlyList<JsonPathStep> Parse()
    {
        var steps = new List<JsonPathStep>();
        while (_position < _text.Length)
        {
            switch (_text[_position])
            {
                case '.' when _position + 1 < _text.Length && _text[_position + 1] == '.':
                    _position++;
                    steps.Add(new JsonPathStep.Descendants());
                    break;
                case '.':
                    _position++;
                    if (_position < _text.Length && _text[_position] is not ('[' or '.')) steps.Add(Name());
                    break;
                case '[':
                    steps.Add(Bracket());
                    break;
                default:
                    steps.Add(Name());
                    break;
            }
        }
        return steps;
    }

    private JsonPathStep Name()
    {
        var start = _position;
        var name = new System.Text.StringBuilder();
        while (_position < _text.Length && _text[_position] is not ('.' or '['))
        {
            if (_text[_position] == '\\' && _position + 1 < _text.Length) _position++;
            name.Append(_text[_position++]);
        }
        if (name.Length == 0) throw new FormatException($"A name is missing at position {start} of '{_text}'.");
        return name is { Length: 1 } && name[0] == '*' ? new JsonPathStep.Wildcard() : new JsonPathStep.Field(name.ToString());
    }

    private JsonPathStep Bracket()
    {
        var inner = Enclosed();
        if (inner == "*") return new JsonPathStep.Wildcard();
        if (inner is ['\'' or '"', ..]) return new JsonPathStep.Field(Unquote(inner));
        if (inner.StartsWith("?(", StringComparison.Ordinal) && inner.EndsWith(')')) return Filter(inner[2..^1].Trim());
        if (inner.Contains(':'))
        {
            var parts = inner.Split(':');
            var step = parts.Length > 2 && parts[2].Length > 0 ? Number(parts[2]) : 1;
            if (step < 1) throw new FormatException($"The step of '[{inner}]' must be positive.");
            return new JsonPathStep.Slice(Optional(parts[0]), Optional(parts[1]), step);
        }
        var index = Number(inner);
        return new JsonPathStep.Slice(index, index == -1 ? null : index + 1, 1);
    }

    private string Enclosed()
    {
        var start = ++_position;
        var quote = '\0';
        var depth = 1;
        for (; _position < _text.Length; _position++)
        {
            var c = _text[_position];
            if (quote != '\0')
            {
                if (c == quote) quote = '\0';
            }
            else if (c is '\'' or '"')
            {
                quote = c;
            }
            else if (c == '[')
            {
                depth++;
            }
            else if (c == ']' && --depth == 0)
            {
                return _text[start.._position++].Trim();
            }
        }
        throw new FormatException($"A bracket is not closed in '{_text}'.");
    }

    private static JsonPathStep.Filter Filter(string condition)
    {
        var quote = '\0';
        for (var i = 0; i < condition.Length; i++)
        {
            var c = condition[i];
            if (quote != '\0')
            {
                if (c == quote) quote = '\0';
                continue;
            }
            if (c is '\'' or '"')
            {
                quote = c;
                continue;
            }
            var found = Operators.FirstOrDefault(o => condition.AsSpan(i).StartsWith(o, StringComparison.Ordinal));
            if (found is null) continue;
            return new(JsonPathExpression.Parse(condition[..i].Trim()), found, Literal(condition[(i + found.Length)..].Trim()));
        }
        return new(JsonPathExpression.Parse(condition), "", null);
    }

    private static JsonNode? Literal(string text)
    {
        if (text is ['\'' or '"', ..]) return JsonValue.Create(Unquote(text));
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException error)
        {
            throw new FormatException($"'{text}' is no value to compare with.", error);
        }
    }

    private static string Unquote(string text) => text.Length >= 2 && text[^1] == text[0]
        ? text[1..^1].Replace("\\" + text[0], text[..1], StringComparison.Ordinal)
        : throw new FormatException($"A quote is not closed in '{text}'.");

    private static int? Optional(string text) => text.Trim().Length == 0 ? null : Number(text);

    private static int Number(string text) => int.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new FormatException($"'{text}' is no index.");
}
