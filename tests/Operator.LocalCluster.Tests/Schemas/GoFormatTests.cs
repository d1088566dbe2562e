using Operator.LocalCluster.Schemas;

namespace Operator.LocalCluster.Tests.Schemas;

public class GoFormatTests
{
    [Theory]
    [InlineData(0d, "0")]
    [InlineData(1d, "1")]
    [InlineData(-2.5, "-2.5")]
    [InlineData(0.1, "0.1")]
    [InlineData(100000000000000000000d, "100000000000000000000")]
    [InlineData(1e21, "1e+21")]
    [InlineData(1.25e-7, "1.25e-07")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(18446744073709551615d, "18446744073709552000")]
    [InlineData(123456.789012345, "123456.789012345")]
    [InlineData(0.5, "0.5")]
    public void Numbers_are_written_as_Go_writes_them(double value, string expected) => Assert.Equal(expected, GoFormat.Float(value));

    [Theory]
    [InlineData("a\"b\\\n\u0001é", "\"a\\\"b\\\\\\n\\x01é\"")]
    [InlineData("\u200b", "\"\\u200b\"")]
    public void Strings_are_quoted_as_Go_quotes_them(string value, string expected) => Assert.Equal(expected, GoFormat.Quote(value));

    [Fact]
    public void Maps_are_written_sorted_and_escaped() =>
        Assert.Equal("{\"a\":[1,null,true],\"b\":\"\\u003cé\\u003e\"}", GoFormat.Json(Json.Node("{'b':'<é>','a':[1,null,true]}")));
}
