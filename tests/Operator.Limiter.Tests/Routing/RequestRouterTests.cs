using Operator.Limiter.Configuration;
using Operator.Limiter.Routing;

namespace Operator.Limiter.Tests.Routing;

public class RequestRouterTests
{
    private static readonly LimiterSnapshot One = new([Sample.Served(Sample.Deployment("a"))], []);
    private static readonly LimiterSnapshot Two =
        new([Sample.Served(Sample.Deployment("a")), Sample.Served(Sample.Deployment("b"))], []);

    [Theory]
    [InlineData(1, null, "claude-opus-5", "a")]
    [InlineData(1, null, null, "a")]
    [InlineData(1, "", null, "a")]
    [InlineData(1, "b", null, null)]
    [InlineData(2, "b", "a", "b")]
    [InlineData(2, null, "b", "b")]
    [InlineData(2, null, "claude-opus-5", null)]
    [InlineData(2, null, null, null)]
    public void A_request_finds_its_deployment(int deployments, string? header, string? model, string? expected)
    {
        var route = RequestRouter.Find(deployments == 1 ? One : Two, header, model);
        Assert.Equal(expected, route.Deployment?.Configuration.Name);
        Assert.Equal(expected is null ? 404 : null, route.Refusal?.Status);
    }

    [Fact]
    public void Without_a_configuration_a_retry_is_asked_for()
    {
        var refusal = RequestRouter.Find(LimiterSnapshot.Empty, null, null).Refusal;
        Assert.Equal(503, refusal!.Status);
        Assert.True(refusal.ShouldRetry);
    }
}
