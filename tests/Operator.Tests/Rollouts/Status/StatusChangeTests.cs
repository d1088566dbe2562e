using System.Text.Json.Nodes;
using Operator.Rollouts.Status;

namespace Operator.Tests.Rollouts.Status;

public class StatusChangeTests
{
    private const string Status = """
        {"phase":"Progressing","reason":"Holding","message":"17 of 100","weight":{"desired":"1%","observed":"0.9%"},
         "step":{"index":0,"counts":{"canary.requests":17},"countedLimiters":["a"]},
         "gates":[{"name":"errorRate","verdict":"Continue","estimate":"1%","interval":"[0%, 2%]","samples":17,"message":"m","counts":{"a":1}}],
         "traffic":[{"variant":"stable"}],"conditions":[{"type":"Ready","status":"False","message":"m"}]}
        """;

    [Theory]
    [InlineData("\"17 of 100\"", "\"18 of 100\"", false)]
    [InlineData("\"0.9%\"", "\"0.8%\"", false)]
    [InlineData("\"canary.requests\":17", "\"canary.requests\":18", false)]
    [InlineData("\"estimate\":\"1%\"", "\"estimate\":\"2%\"", false)]
    [InlineData("\"samples\":17", "\"samples\":18", false)]
    [InlineData("\"counts\":{\"a\":1}", "\"counts\":{\"a\":2}", false)]
    [InlineData("[{\"variant\":\"stable\"}]", "[]", false)]
    [InlineData("\"desired\":\"1%\"", "\"desired\":\"2%\"", true)]
    [InlineData("\"verdict\":\"Continue\"", "\"verdict\":\"Pass\"", true)]
    [InlineData("\"reason\":\"Holding\"", "\"reason\":\"Waiting\"", true)]
    [InlineData("\"status\":\"False\"", "\"status\":\"True\"", true)]
    [InlineData(",\"counts\":{\"a\":1}", "", true)]
    [InlineData("\"index\":0", "\"index\":1", true)]
    public void Numbers_alone_are_no_reason_to_write(string what, string instead, bool significant)
    {
        Assert.Contains(what, Status, StringComparison.Ordinal);
        var after = JsonNode.Parse(Status.Replace(what, instead, StringComparison.Ordinal))!.AsObject();
        Assert.Equal(significant, StatusChange.IsSignificant(JsonNode.Parse(Status)!.AsObject(), after));
    }
}
