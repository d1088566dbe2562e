using Operator.LocalCluster.Api;

namespace Operator.LocalCluster.Tests.Api;

public class ContentNegotiationTests
{
    [Theory]
    [InlineData("", "Objects v1 application/json")]
    [InlineData("*/*", "Objects v1 application/json")]
    [InlineData("application/json, */*", "Objects v1 application/json")]
    [InlineData("application/yaml", "Objects v1 application/yaml")]
    [InlineData("application/vnd.kubernetes.protobuf,application/json", "Objects v1 application/json")]
    [InlineData("application/json;as=Table;v=v1;g=meta.k8s.io,application/json", "Table v1 application/json")]
    [InlineData("application/json;as=Table;v=v1beta1;g=meta.k8s.io", "Table v1beta1 application/json")]
    [InlineData("application/json;as=Table;v=v9;g=meta.k8s.io,application/json", "Objects v1 application/json")]
    [InlineData("application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1", "PartialObjectMetadata v1 application/json")]
    [InlineData("text/html;q=0.9,application/json;q=0.1", "Objects v1 application/json")]
    public void The_first_form_that_can_be_answered_is_chosen(string accept, string expected)
    {
        var form = ContentNegotiation.Choose(accept);
        Assert.Equal(expected, $"{form.Form} {form.MetaVersion} {form.ContentType}");
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("application/vnd.kubernetes.protobuf")]
    [InlineData("application/json;as=Chart;v=v1;g=meta.k8s.io")]
    public void What_cannot_be_answered_is_not_acceptable(string accept) =>
        Assert.Equal(406, Assert.Throws<ApiException>(() => ContentNegotiation.Choose(accept)).Code);
}
