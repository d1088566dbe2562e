using System.Globalization;
using System.Text.RegularExpressions;
using Operator.Api.Validation;
using Xunit;

namespace Operator.Api.Tests.Serialization;

public sealed class ValueTextTests
{
    [Theory]
    [InlineData("90s", 90)]
    [InlineData("5m", 300)]
    [InlineData("1h30m", 5400)]
    [InlineData("250ms", 0.25)]
    [InlineData("1.5h", 5400)]
    [InlineData("0s", 0)]
    public void A_duration_is_read(string text, double seconds)
    {
        Assert.True(new GoDuration(text).TryGetTimeSpan(out var duration));
        Assert.Equal(seconds, duration.TotalSeconds, 3);
        Assert.Matches(GoDuration.Pattern, text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("5 m")]
    [InlineData("-5m")]
    [InlineData("5d")]
    [InlineData("1..5h")]
    [InlineData("h")]
    [InlineData("99999999999999999999999999999999999999h")]
    [InlineData("9999999999h")]
    [InlineData("87601h")]
    public void What_is_no_duration_is_not_read(string text) => Assert.False(new GoDuration(text).TryGetTimeSpan(out _));

    [Fact]
    public void A_duration_that_is_written_reads_back_and_fits_the_schema()
    {
        var random = new Random(7);
        for (var i = 0; i < 2000; i++)
        {
            var duration = TimeSpan.FromMilliseconds(random.NextInt64(0, 1000L * 3600 * 24 * 3000) / (1 + random.NextInt64(1_000_000)));
            duration = TimeSpan.FromMilliseconds(Math.Truncate(duration.TotalMilliseconds));
            var text = GoDuration.From(duration);
            Assert.True(text.TryGetTimeSpan(out var back), text.Text);
            Assert.Equal(duration, back);
            Assert.Matches(GoDuration.Pattern, text.Text);
        }
    }

    [Fact]
    public void A_share_that_is_written_reads_back_and_fits_the_schema()
    {
        for (var points = 0; points <= 10_000; points++)
        {
            var text = Percent.FromBasisPoints(points);
            Assert.True(text.TryGetBasisPoints(out var back));
            Assert.Equal(points, back);
            Assert.Matches(Percent.Pattern, text.Text);
        }
    }

    [Theory]
    [InlineData("101%")]
    [InlineData("-1%")]
    [InlineData("0.005%")]
    [InlineData("ten")]
    [InlineData("%")]
    [InlineData("")]
    [InlineData("10%%")]
    [InlineData("79228162514264337593543950335")]
    public void What_is_no_share_is_not_read(string text) => Assert.False(new Percent(text).TryGetBasisPoints(out _));

    [Theory]
    [InlineData("12.50", "12.5")]
    [InlineData("500", "500")]
    [InlineData("0.000001", "0.000001")]
    public void Money_is_read_and_written(string text, string written)
    {
        Assert.True(new Money(text).TryGetAmount(out var amount));
        Assert.Equal(written, Money.FromAmount(amount).Text);
        Assert.Matches(Money.Pattern, text);
    }

    [Theory]
    [InlineData("20:00-06:00 Europe/Berlin", 1200, 360)]
    [InlineData("00:00-23:59 UTC", 0, 1439)]
    [InlineData("09:30-17:45 America/Argentina/Buenos_Aires", 570, 1065)]
    public void A_window_is_read_and_fits_the_schema(string text, int start, int end)
    {
        Assert.Null(LaneWindow.Parse(text, out var window));
        Assert.Equal((start, end), (window!.StartMinute, window.EndMinute));
        Assert.Matches(new Regex(LaneWindow.Pattern, RegexOptions.NonBacktracking), text);
    }

    [Fact]
    public void A_window_is_open_from_its_start_up_to_its_end_on_every_day_of_the_year()
    {
        Assert.Null(LaneWindow.Parse("20:00-06:00 Europe/Berlin", out var night));
        Assert.Null(LaneWindow.Parse("06:00-20:00 Europe/Berlin", out var day));
        for (var time = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero); time.Year == 2026; time = time.AddMinutes(31))
        {
            // Whatever the clocks do, exactly one of the two is open.
            Assert.True(night!.IsOpen(time) != day!.IsOpen(time), time.ToString("o", CultureInfo.InvariantCulture));
        }
    }
}
