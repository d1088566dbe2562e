namespace Operator.MockClaude.Answers;

/// <summary>Cuts UTF-8 between letters.</summary>
internal static class Utf8Cut
{
    /// <summary>The largest position up to <paramref name="at"/> that is not inside a letter.</summary>
    public static int Before(ReadOnlySpan<byte> text, int at)
    {
        if (at >= text.Length) return text.Length;
        while (at > 0 && (text[at] & 0xC0) == 0x80) at--;
        return at;
    }
}
