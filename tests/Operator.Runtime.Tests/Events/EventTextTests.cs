using System.Text;
using Operator.Runtime.Events;

namespace Operator.Runtime.Tests.Events;

public class EventTextTests
{
    [Theory]
    [InlineData("a", 1024)]
    [InlineData("é", 1023)]
    [InlineData("€", 1023)]
    [InlineData("😀", 1023)]
    public void A_note_is_cut_to_1024_bytes_and_never_through_a_character(string unit, int bytes)
    {
        var cut = EventText.Note(string.Concat(Enumerable.Repeat(unit, 2000)));
        Assert.InRange(Encoding.UTF8.GetByteCount(cut), bytes - 3, 1024);
        Assert.EndsWith("…", cut, StringComparison.Ordinal);
        Assert.DoesNotContain('\uFFFD', Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(cut)));
        Assert.Equal("", cut[..^1].Replace(unit, "", StringComparison.Ordinal));
    }

    [Fact]
    public void A_note_that_fits_stays_as_it_is()
    {
        var note = new string('a', 1024);
        Assert.Same(note, EventText.Note(note));
        Assert.Equal("", EventText.Note(null));
    }

    [Theory]
    [InlineData("Promoted", true)]
    [InlineData("A", true)]
    [InlineData("promoted", false)]
    [InlineData("Two Words", false)]
    [InlineData("Weight=10", false)]
    [InlineData("", false)]
    public void Reasons_are_CamelCase_words(string word, bool good)
    {
        if (good) Assert.Equal(word, EventText.Word(word, "reason"));
        else Assert.Equal("reason", Assert.Throws<ArgumentException>(() => EventText.Word(word, "reason")).ParamName);
    }

    [Fact]
    public void Reasons_have_at_most_128_letters()
    {
        EventText.Word(new string('A', 128), "reason");
        Assert.Throws<ArgumentException>(() => EventText.Word(new string('A', 129), "reason"));
    }
}
