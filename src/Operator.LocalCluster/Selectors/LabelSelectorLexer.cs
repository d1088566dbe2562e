namespace Operator.LocalCluster.Selectors;

/// <summary>What a piece of a label selector is.</summary>
internal enum LabelToken
{
    /// <summary>Nothing is left.</summary>
    End,

    /// <summary>A key or value.</summary>
    Identifier,

    /// <summary><c>!</c></summary>
    Not,

    /// <summary><c>=</c> or <c>==</c></summary>
    Equal,

    /// <summary><c>!=</c></summary>
    NotEqual,

    /// <summary><c>in</c></summary>
    In,

    /// <summary><c>notin</c></summary>
    NotIn,

    /// <summary><c>&gt;</c></summary>
    Greater,

    /// <summary><c>&lt;</c></summary>
    Less,

    /// <summary><c>(</c></summary>
    Open,

    /// <summary><c>)</c></summary>
    Close,

    /// <summary><c>,</c></summary>
    Comma,

    /// <summary>A run of symbols that means nothing.</summary>
    Unknown,
}

/// <summary>Cuts a label selector into pieces.</summary>
internal sealed class LabelSelectorLexer(string text)
{
    private const string Symbols = "=!(),><";
    private int _position;

    /// <summary>The next piece without taking it. <paramref name="values"/> reads <c>in</c> and <c>notin</c> as names.</summary>
    public (LabelToken Kind, string Text) Peek(bool values)
    {
        var position = _position;
        var token = Read(values);
        _position = position;
        return token;
    }

    /// <summary>Takes the next piece.</summary>
    public (LabelToken Kind, string Text) Read(bool values)
    {
        while (_position < text.Length && char.IsWhiteSpace(text[_position])) _position++;
        if (_position == text.Length) return (LabelToken.End, "");
        return Symbols.Contains(text[_position]) ? Symbol() : Word(values);
    }

    private (LabelToken, string) Word(bool values)
    {
        var start = _position;
        while (_position < text.Length && !char.IsWhiteSpace(text[_position]) && !Symbols.Contains(text[_position])) _position++;
        var word = text[start.._position];
        return word switch
        {
            "in" when !values => (LabelToken.In, word),
            "notin" when !values => (LabelToken.NotIn, word),
            _ => (LabelToken.Identifier, word),
        };
    }

    private (LabelToken, string) Symbol()
    {
        // The longest known prefix of a run of symbols is one piece.
        var two = _position + 1 < text.Length ? text.Substring(_position, 2) : "";
        if (two is "==" or "!=")
        {
            _position += 2;
            return (two == "==" ? LabelToken.Equal : LabelToken.NotEqual, two);
        }
        var one = text[_position++];
        return one switch
        {
            '=' => (LabelToken.Equal, "="),
            '!' => (LabelToken.Not, "!"),
            '(' => (LabelToken.Open, "("),
            ')' => (LabelToken.Close, ")"),
            ',' => (LabelToken.Comma, ","),
            '>' => (LabelToken.Greater, ">"),
            '<' => (LabelToken.Less, "<"),
            _ => (LabelToken.Unknown, one.ToString()),
        };
    }
}
