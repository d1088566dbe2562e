using System.Text;
using Operator.Limiter.Flags;

namespace Operator.Limiter.Tests.Flags;

public class FlagContextTests
{
    [Theory]
    [InlineData("", null, null)]
    [InlineData("{}", null, null)]
    [InlineData("""{"context":null}""", null, null)]
    [InlineData("""{"context":{}}""", null, null)]
    [InlineData("""{"context":{"targetingKey":""}}""", null, null)]
    [InlineData("""{"context":{"targetingKey":null}}""", null, null)]
    [InlineData("""{"context":{"targetingKey":" k\t"}}""", "k", null)]
    [InlineData("""{"context":{"targetingKey":"k","conversation":"c","plan":{"deep":[1]}},"more":1}""", "k", "c")]
    public void A_context_is_read_as_headers_would_carry_it(string body, string? key, string? conversation)
    {
        var (context, error) = FlagContext.Read(Encoding.UTF8.GetBytes(body));
        Assert.Null(error);
        Assert.Equal(new FlagContext(key, conversation), context);
    }

    [Theory]
    [InlineData("{", FlagError.Parse)]
    [InlineData("[]", FlagError.Parse)]
    [InlineData("null", FlagError.Parse)]
    [InlineData("""{"context":{},"context":{}}""", FlagError.Parse)]
    [InlineData("""{"context":{"targetingKey":"\ud800"}}""", FlagError.Parse)]
    [InlineData("""{"context":[]}""", FlagError.InvalidContext)]
    [InlineData("""{"context":"x"}""", FlagError.InvalidContext)]
    [InlineData("""{"context":{"targetingKey":1}}""", FlagError.InvalidContext)]
    [InlineData("""{"context":{"targetingKey":"k","conversation":{}}}""", FlagError.InvalidContext)]
    public void What_is_wrong_has_its_code(string body, string code)
    {
        var (context, error) = FlagContext.Read(Encoding.UTF8.GetBytes(body));
        Assert.Equal((default, 400, code), (context, error!.Status, error.Code));
    }

    [Fact]
    public void Deep_nesting_is_no_way_in() =>
        Assert.Equal(FlagError.Parse, FlagContext.Read(Encoding.UTF8.GetBytes($"{{\"context\":{new string('[', 1_000)}")).Error!.Code);
}
