using Operator.LocalCluster.Tables;

namespace Operator.LocalCluster.Tests.Tables;

public class AgeTextTests
{
    private const int Minute = 60;
    private const int Hour = 3600;
    private const int Day = 86_400;

    [Theory]
    [InlineData(-5, "<invalid>")]
    [InlineData(-1, "0s")]
    [InlineData(0, "0s")]
    [InlineData(119, "119s")]
    [InlineData(2 * Minute, "2m")]
    [InlineData(3 * Minute + 12, "3m12s")]
    [InlineData(10 * Minute + 12, "10m")]
    [InlineData(179 * Minute, "179m")]
    [InlineData(3 * Hour, "3h")]
    [InlineData(3 * Hour + 20 * Minute, "3h20m")]
    [InlineData(8 * Hour + 20 * Minute, "8h")]
    [InlineData(47 * Hour, "47h")]
    [InlineData(2 * Day + 5 * Hour, "2d5h")]
    [InlineData(8 * Day + 5 * Hour, "8d")]
    [InlineData(400 * Day, "400d")]
    [InlineData(2 * 365 * Day + 30 * Day, "2y30d")]
    [InlineData(9 * 365 * Day, "9y")]
    public void Ages_are_shown_in_two_units_at_most(long seconds, string expected) =>
        Assert.Equal(expected, AgeText.Of(TimeSpan.FromSeconds(seconds)));
}
