using Operator.LocalCluster.Api;
using Operator.LocalCluster.Selectors;

namespace Operator.LocalCluster.Tests.Selectors;

public class LabelSelectorTests
{
    private static readonly Dictionary<string, string> Labels = new() { ["team"] = "x", ["tier"] = "", ["n"] = "7", ["a.b/c"] = "d" };

    [Theory]
    [InlineData("", true)]
    [InlineData("team=x", true)]
    [InlineData("team==x", true)]
    [InlineData(" team = x ", true)]
    [InlineData("team=y", false)]
    [InlineData("team!=x", false)]
    [InlineData("missing!=x", true)]
    [InlineData("team in (x,z)", true)]
    [InlineData("team in (y, z)", false)]
    [InlineData("team notin (x)", false)]
    [InlineData("missing notin (x)", true)]
    [InlineData("missing in (x)", false)]
    [InlineData("team", true)]
    [InlineData("missing", false)]
    [InlineData("!team", false)]
    [InlineData("!missing", true)]
    [InlineData("tier=", true)]
    [InlineData("tier", true)]
    [InlineData("tier in (,x)", true)]
    [InlineData("n>6", true)]
    [InlineData("n>7", false)]
    [InlineData("n<8", true)]
    [InlineData("team>1", false)]
    [InlineData("a.b/c=d", true)]
    [InlineData("team in (x,z),team!=z,!missing", true)]
    [InlineData("team=x,team=y", false)]
    [InlineData("in=x", false)]
    public void Selectors_match_as_their_language_says(string selector, bool expected) =>
        Assert.Equal(expected, LabelSelector.Parse(selector).Matches(Labels));

    [Theory]
    [InlineData("===", "found '==', expected: !, identifier, or 'end of string'")]
    [InlineData("a=b c", "found 'c', expected: ',' or 'end of string'")]
    [InlineData("a,", "found '', expected: identifier after ','")]
    [InlineData("a in x", "unable to parse requirement: found 'x' expected: '('")]
    [InlineData("a in (x", "unable to parse requirement: found '', expected: ')'")]
    [InlineData("a x", "unable to parse requirement: found 'x', expected: in, notin, =, ==, !=, gt, lt")]
    public void Errors_are_worded_as_the_servers(string selector, string message)
    {
        var error = Assert.Throws<ApiException>(() => LabelSelector.Parse(selector));
        Assert.Equal((400, "BadRequest", message), (error.Code, error.Reason, error.Message));
    }

    [Theory]
    [InlineData("-bad=x")]
    [InlineData("a=-bad")]
    [InlineData("a/b/c=x")]
    [InlineData("a in ()")]
    [InlineData("n>x")]
    public void Keys_and_values_must_be_labels(string selector) =>
        Assert.Equal(400, Assert.Throws<ApiException>(() => LabelSelector.Parse(selector)).Code);
}
