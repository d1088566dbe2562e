using System.Text;

namespace Operator.MockClaude.Answers;

/// <summary>Text without meaning in any length, plain ASCII that needs no escapes.</summary>
internal static class FillerText
{
    /// <summary>How far into the text an answer may begin.</summary>
    public const int Offsets = 4096;

    private const int Longest = 128_000 * 4;
    private const string Words =
        "the request was read and weighed against what is known so far then each part was put in order and the result follows from it ";

    private static readonly Lazy<byte[]> Text = new(() =>
    {
        var text = new byte[Longest + Offsets + 8];
        var words = Encoding.ASCII.GetBytes(Words);
        for (var i = 0; i < text.Length; i += words.Length) words.AsSpan(0, Math.Min(words.Length, text.Length - i)).CopyTo(text.AsSpan(i));
        return text;
    });

    /// <summary>That many bytes of text.</summary>
    public static ReadOnlyMemory<byte> Of(int bytes, int offset) => Text.Value.AsMemory(offset, Math.Min(bytes, Longest));
}
