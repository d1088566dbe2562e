using System.Text;

namespace Operator.Runtime.Events;

/// <summary>The API's limits on the texts of an event.</summary>
internal static class EventText
{
    private const int MaxNoteBytes = 1024;
    private const int MaxWordLength = 128;
    private const string Ellipsis = "…";

    /// <summary>Checks a reason or an action.</summary>
    /// <exception cref="ArgumentException">It is no CamelCase word of at most 128 letters and digits.</exception>
    public static string Word(string value, string parameter)
    {
        ArgumentException.ThrowIfNullOrEmpty(value, parameter);
        if (value.Length > MaxWordLength || !char.IsAsciiLetterUpper(value[0]) || !value.All(char.IsAsciiLetterOrDigit))
        {
            throw new ArgumentException(
                $"\"{value}\" is no CamelCase word of at most {MaxWordLength} letters and digits; put details into the note.", parameter);
        }

        return value;
    }

    /// <summary>Cuts a note to 1024 bytes without cutting through a character.</summary>
    public static string Note(string? note)
    {
        note ??= "";
        if (Encoding.UTF8.GetByteCount(note) <= MaxNoteBytes) return note;
        var room = MaxNoteBytes - Encoding.UTF8.GetByteCount(Ellipsis);
        var end = 0;
        foreach (var rune in note.EnumerateRunes())
        {
            if (room < rune.Utf8SequenceLength) break;
            room -= rune.Utf8SequenceLength;
            end += rune.Utf16SequenceLength;
        }

        return note[..end] + Ellipsis;
    }
}
