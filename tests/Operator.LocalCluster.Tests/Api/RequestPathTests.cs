using Operator.LocalCluster.Api;

namespace Operator.LocalCluster.Tests.Api;

public class RequestPathTests
{
    [Theory]
    [InlineData("/api/v1/namespaces", "|v1||namespaces||")]
    [InlineData("/api/v1/namespaces/a", "|v1||namespaces|a|")]
    [InlineData("/api/v1/namespaces/a/status", "|v1||namespaces|a|status")]
    [InlineData("/api/v1/namespaces/a/finalize", "|v1||namespaces|a|finalize")]
    [InlineData("/api/v1/namespaces/a/configmaps", "|v1|a|configmaps||")]
    [InlineData("/api/v1/namespaces/a/configmaps/b", "|v1|a|configmaps|b|")]
    [InlineData("/api/v1/namespaces/a/configmaps/status", "|v1|a|configmaps|status|")]
    [InlineData("/api/v1/configmaps", "|v1||configmaps||")]
    [InlineData("/apis/g/v2/namespaces/a/widgets/b/scale", "g|v2|a|widgets|b|scale")]
    [InlineData("/apis/g/v2/widgets/", "g|v2||widgets||")]
    [InlineData("/apis/g/v2", null)]
    [InlineData("/api/v1", null)]
    [InlineData("/apis/g/v2/namespaces/a/widgets/b/scale/x", null)]
    [InlineData("/apis/g//widgets", null)]
    [InlineData("/version", null)]
    [InlineData("/", null)]
    public void Paths_name_resources(string path, string? expected)
    {
        var found = RequestPath.Parse(path);
        Assert.Equal(expected, found is null
            ? null
            : string.Join("|", found.Group, found.Version, found.Namespace, found.Resource, found.Name, found.Subresource));
    }
}
