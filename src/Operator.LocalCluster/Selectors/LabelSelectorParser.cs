using System.Collections.Immutable;
using System.Globalization;
using Operator.LocalCluster.Api;

namespace Operator.LocalCluster.Selectors;

/// <summary>Reads the string form of a label selector and words its errors as a real server does.</summary>
internal sealed class LabelSelectorParser(string text)
{
    private const string BinaryOperators = "in, notin, =, ==, !=, gt, lt";
    private readonly LabelSelectorLexer _lexer = new(text);

    /// <summary>The requirements, sorted by key.</summary>
    /// <exception cref="ApiException">400: the selector is malformed.</exception>
    public ImmutableArray<LabelRequirement> Parse()
    {
        var requirements = ImmutableArray.CreateBuilder<LabelRequirement>();
        while (true)
        {
            var next = _lexer.Peek(values: true);
            if (next.Kind == LabelToken.End) break;
            if (next.Kind is not (LabelToken.Identifier or LabelToken.Not))
                throw Malformed($"found '{next.Text}', expected: !, identifier, or 'end of string'");
            requirements.Add(Requirement());
            var separator = _lexer.Read(values: true);
            if (separator.Kind == LabelToken.End) break;
            if (separator.Kind != LabelToken.Comma) throw Malformed($"found '{separator.Text}', expected: ',' or 'end of string'");
            var following = _lexer.Peek(values: true);
            if (following.Kind is not (LabelToken.Identifier or LabelToken.Not))
                throw Malformed($"found '{following.Text}', expected: identifier after ','");
        }
        requirements.Sort((x, y) => string.CompareOrdinal(x.Key, y.Key));
        return requirements.ToImmutable();
    }

    private LabelRequirement Requirement()
    {
        var token = _lexer.Read(values: true);
        var negated = token.Kind == LabelToken.Not;
        if (negated) token = _lexer.Read(values: true);
        if (token.Kind != LabelToken.Identifier) throw Nested($"found '{token.Text}', expected: identifier");
        var key = token.Text;
        if (NameRules.QualifiedName(key) is { } reason) throw Nested($"key: Invalid value: \"{key}\": {reason}");
        if (negated) return new(key, LabelOperator.DoesNotExist, []);
        if (_lexer.Peek(values: true).Kind is LabelToken.End or LabelToken.Comma) return new(key, LabelOperator.Exists, []);

        var op = _lexer.Read(values: false);
        return op.Kind switch
        {
            LabelToken.In => new(key, LabelOperator.In, Set(key)),
            LabelToken.NotIn => new(key, LabelOperator.NotIn, Set(key)),
            LabelToken.Equal => new(key, LabelOperator.In, [Exact(key)]),
            LabelToken.NotEqual => new(key, LabelOperator.NotIn, [Exact(key)]),
            LabelToken.Greater => new(key, LabelOperator.GreaterThan, [Number(key)]),
            LabelToken.Less => new(key, LabelOperator.LessThan, [Number(key)]),
            _ => throw Nested($"found '{op.Text}', expected: {BinaryOperators}"),
        };
    }

    private ImmutableArray<string> Set(string key)
    {
        var open = _lexer.Read(values: true);
        if (open.Kind != LabelToken.Open) throw Nested($"found '{open.Text}' expected: '('");
        var values = ImmutableSortedSet.CreateBuilder<string>(StringComparer.Ordinal);
        var first = _lexer.Peek(values: true);
        if (first.Kind is not (LabelToken.Identifier or LabelToken.Comma or LabelToken.Close))
            throw Nested($"found '{first.Text}', expected: ',', ')' or identifier");
        var expectsValue = true;
        while (true)
        {
            var token = _lexer.Read(values: true);
            switch (token.Kind)
            {
                case LabelToken.Identifier when expectsValue:
                    values.Add(Checked(key, token.Text));
                    expectsValue = false;
                    break;
                case LabelToken.Comma:
                    // An item that is left out is the empty value.
                    if (expectsValue) values.Add("");
                    expectsValue = true;
                    break;
                case LabelToken.Close:
                    if (expectsValue && values.Count > 0) values.Add("");
                    if (values.Count == 0) throw Nested("values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty");
                    return [.. values];
                default:
                    throw Nested($"found '{token.Text}', expected: ')'");
            }
        }
    }

    private string Exact(string key)
    {
        if (_lexer.Peek(values: true).Kind is LabelToken.End or LabelToken.Comma) return "";
        var token = _lexer.Read(values: true);
        return token.Kind == LabelToken.Identifier
            ? Checked(key, token.Text)
            : throw Nested($"found '{token.Text}', expected: identifier");
    }

    private string Number(string key)
    {
        var value = Exact(key);
        return long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
            ? value
            : throw Nested($"values[0]: Invalid value: \"{value}\": for 'Gt', 'Lt' operators, the value must be an integer");
    }

    private static string Checked(string key, string value) =>
        NameRules.LabelValue(value) is { } reason
            ? throw Nested($"values[0][{key}]: Invalid value: \"{value}\": {reason}")
            : value;

    private static ApiException Malformed(string message) => ApiErrors.BadRequest(message);

    private static ApiException Nested(string message) => ApiErrors.BadRequest("unable to parse requirement: " + message);
}
