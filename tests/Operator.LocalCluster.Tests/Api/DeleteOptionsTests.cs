using System.Text.Json.Nodes;
using Operator.LocalCluster.Api;

namespace Operator.LocalCluster.Tests.Api;

public class DeleteOptionsTests
{
    [Theory]
    [InlineData("{}", "x,orphan")]
    [InlineData("""{"propagationPolicy":"Background"}""", "x")]
    [InlineData("""{"propagationPolicy":"Foreground"}""", "x,foregroundDeletion")]
    [InlineData("""{"propagationPolicy":"Orphan"}""", "x,orphan")]
    [InlineData("""{"orphanDependents":true}""", "x,orphan")]
    [InlineData("""{"orphanDependents":false}""", "x")]
    public void The_propagation_policy_is_recorded_as_a_finalizer(string options, string expected) =>
        Assert.Equal(expected, string.Join(",", Parse(options).Finalizers(["x", "orphan"])));

    [Theory]
    [InlineData("""{"propagationPolicy":"Sideways"}""", 422)]
    [InlineData("""{"propagationPolicy":"Orphan","orphanDependents":true}""", 422)]
    [InlineData("""{"dryRun":["Some"]}""", 422)]
    [InlineData("""{"kind":"Pod"}""", 400)]
    public void Wrong_options_are_refused(string options, int code) =>
        Assert.Equal(code, Assert.Throws<ApiException>(() => Parse(options)).Code);

    private static DeleteOptions Parse(string options) => DeleteOptions.Parse((JsonObject)JsonNode.Parse(options)!);
}
