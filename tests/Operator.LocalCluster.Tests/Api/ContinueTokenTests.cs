using Operator.LocalCluster.Api;

namespace Operator.LocalCluster.Tests.Api;

public class ContinueTokenTests
{
    [Fact]
    public void A_token_says_where_it_was_made()
    {
        var token = new ContinueToken(287, "default/r");
        Assert.Equal(token, ContinueToken.Decode(token.Encode()));
    }

    [Theory]
    [InlineData("xx", "invalid character 'Ç' looking for beginning of value")]
    [InlineData("!", "illegal base64 data at input byte 0")]
    [InlineData("e30", "server does not recognize this encoded version")]
    public void Anything_else_is_refused(string text, string reason)
    {
        var error = Assert.Throws<ApiException>(() => ContinueToken.Decode(text));
        Assert.Equal((400, $"invalid continue token: continue key is not valid: {reason}"), (error.Code, error.Message));
    }
}
