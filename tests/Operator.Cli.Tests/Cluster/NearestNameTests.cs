using Operator.Cli.Cluster;

namespace Operator.Cli.Tests.Cluster;

public class NearestNameTests
{
    [Theory]
    [InlineData("ticket-triag", "ticket-triage")]
    [InlineData("tickettriage", "ticket-triage")]
    [InlineData("macro", "macros")]
    [InlineData("zzzzzz", null)]
    public void A_mistyped_name_leads_to_the_nearest(string typed, string? nearest) => Assert.Equal(nearest, NearestName.Of(typed, ["ticket-triage", "macros"]));

    [Fact]
    public void A_namespace_without_any_says_where_to_look() =>
        Assert.Contains("-A", NearestName.Missing("ClaudeDeployment", "x", "default", []), StringComparison.Ordinal);
}
