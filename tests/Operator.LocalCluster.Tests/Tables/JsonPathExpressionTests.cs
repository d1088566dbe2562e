using System.Text.Json.Nodes;
using Operator.LocalCluster.Tables;

namespace Operator.LocalCluster.Tests.Tables;

public class JsonPathExpressionTests
{
    private static readonly JsonNode Value = JsonNode.Parse(
        """
        {
          "spec": {"replicas": 3, "note": null, "a.b": "dotted"},
          "items": [{"name": "x", "n": 1, "tags": ["t1"]}, {"name": "y", "n": 2}, {"name": "z", "n": 3}],
          "status": {"conditions": [{"type": "Ready", "status": "True"}, {"type": "Other", "status": "False"}]}
        }
        """)!;

    [Theory]
    [InlineData(".spec.replicas", "3")]
    [InlineData("{.spec.replicas}", "3")]
    [InlineData("$.spec.replicas", "3")]
    [InlineData(".spec.note", "")]
    [InlineData(".spec.missing.deeper", "")]
    [InlineData(".spec['a.b']", "dotted")]
    [InlineData(".spec.a\\.b", "dotted")]
    [InlineData(".items[0].name", "x")]
    [InlineData(".items[-1].name", "z")]
    [InlineData(".items[-2].name", "y")]
    [InlineData(".items[9].name", "")]
    [InlineData(".items[1:].name", "y z")]
    [InlineData(".items[:2].name", "x y")]
    [InlineData(".items[0:3:2].name", "x z")]
    [InlineData(".items[*].name", "x y z")]
    [InlineData(".items.*.name", "x y z")]
    [InlineData("..name", "x y z")]
    [InlineData(""".status.conditions[?(@.type=="Ready")].status""", "True")]
    [InlineData(".status.conditions[?(@.type=='Other')].status", "False")]
    [InlineData(".status.conditions[?(@.type!='Other')].status", "True")]
    [InlineData(".items[?(@.n>1)].name", "y z")]
    [InlineData(".items[?(@.n<=1)].name", "x")]
    [InlineData(".items[?(@.tags)].name", "x")]
    public void Paths_select_what_kubectl_users_expect(string path, string expected) =>
        Assert.Equal(expected, string.Join(" ", JsonPathExpression.Parse(path).Select(Value).Select(n => n.ToString())));

    [Theory]
    [InlineData(".a[")]
    [InlineData(".a[x]")]
    [InlineData(".a['b]")]
    [InlineData(".a[?(@.b==c)]")]
    [InlineData(".a[0:2:0]")]
    public void Malformed_paths_are_refused(string path) => Assert.Throws<FormatException>(() => JsonPathExpression.Parse(path));
}
