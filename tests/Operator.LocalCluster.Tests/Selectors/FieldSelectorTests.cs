using System.Text.Json.Nodes;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Schemas;
using Operator.LocalCluster.Selectors;
using Operator.LocalCluster.Storage;

namespace Operator.LocalCluster.Tests.Selectors;

public class FieldSelectorTests
{
    private static readonly StoredObject Pod = StoredObject.Create((JsonObject)JsonNode.Parse(
        """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"ns"},"spec":{"nodeName":"n,1","hostNetwork":true}}""")!, 5, false);

    [Theory]
    [InlineData("", true)]
    [InlineData("metadata.name=p", true)]
    [InlineData("metadata.name==p,metadata.namespace=ns", true)]
    [InlineData("metadata.name!=p", false)]
    [InlineData("metadata.namespace=other", false)]
    [InlineData("spec.nodeName=n\\,1", true)]
    [InlineData("spec.hostNetwork=true", true)]
    [InlineData("status.phase=", true)]
    [InlineData("status.phase!=Running", true)]
    public void Selectors_match_as_their_language_says(string selector, bool expected) =>
        Assert.Equal(expected, FieldSelector.Parse(selector, Definition(custom: false, "spec.nodeName", "spec.hostNetwork", "status.phase")).Matches(Pod));

    [Theory]
    [InlineData(true, "field label not supported: spec.size")]
    [InlineData(false, "\"spec.size\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"")]
    public void A_field_that_is_not_selectable_is_refused(bool custom, string message) =>
        Assert.Equal(message, Assert.Throws<ApiException>(() => FieldSelector.Parse("spec.size=small", Definition(custom))).Message);

    [Fact]
    public void A_term_without_an_operator_is_refused() =>
        Assert.Equal(
            "invalid selector: 'metadata.name'; can't understand 'metadata.name'",
            Assert.Throws<ApiException>(() => FieldSelector.Parse("metadata.name", Definition(custom: true))).Message);

    private static ResourceDefinition Definition(bool custom, params string[] fields) => new()
    {
        Group = "", Version = "v1", Kind = "Pod", Plural = "pods", Singular = "pod", IsCustom = custom, SelectableFields = fields,
        Schema = StructuralSchema.Parse(new JsonObject { ["type"] = "object" }),
    };
}
