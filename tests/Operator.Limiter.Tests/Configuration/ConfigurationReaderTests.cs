using System.Text;
using System.Text.Json.Nodes;
using Operator.Contract;
using Operator.Limiter.Configuration;

namespace Operator.Limiter.Tests.Configuration;

public class ConfigurationReaderTests
{
    [Fact]
    public void A_written_configuration_is_read_without_errors()
    {
        var (read, errors) = ConfigurationReader.Read(Sample.Json(Sample.Deployment()));
        Assert.Empty(errors);
        Assert.Equal("triage", read!.Name);
    }

    [Fact]
    public void Every_torn_document_is_refused()
    {
        var document = Sample.Json(Sample.Deployment());
        for (var length = 0; length < document.Length; length++)
        {
            Assert.NotEmpty(ConfigurationReader.Read(document.AsSpan(0, length)).Errors);
        }
    }

    public static TheoryData<string, string> Wrong => new()
    {
        { "\"generation\":1", "generation" },
        { "\"apiVersion\":\"limiter.claudeops.dev/v1\"", "apiVersion" },
        { "\"model\":\"claude-sonnet-5-5\"", "stable.model" },
        { $"\"revision\":\"{new string('a', 64)}\"", "stable.revision" },
        { "\"group\":\"h\",\"prices\"", "models[1].group" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void An_error_names_the_field(string good, string path)
    {
        var text = Encoding.UTF8.GetString(Sample.Json(Sample.Deployment()));
        var at = text.IndexOf(good, StringComparison.Ordinal);
        Assert.True(at >= 0, $"{good} is not part of the document");
        var colon = good.IndexOf(':', StringComparison.Ordinal);
        var value = good[(colon + 1)..];
        var broken = value.StartsWith('"') ? good[..colon] + ":\"zz\"" + (value.Contains(",\"", StringComparison.Ordinal) ? ",\"prices\"" : "") : good[..colon] + ":0";
        var (_, errors) = ConfigurationReader.Read(Encoding.UTF8.GetBytes(text.Remove(at, good.Length).Insert(at, broken)));
        Assert.Contains(errors, e => e.Path == path);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"namespace\":null}")]
    [InlineData("{\"name\":\"a\",\"name\":\"b\"}")]
    public void What_is_no_configuration_is_refused(string document) =>
        Assert.NotEmpty(ConfigurationReader.Read(Encoding.UTF8.GetBytes(document)).Errors);

    [Fact]
    public void Rates_windows_lanes_and_weights_are_checked()
    {
        var configuration = Sample.Deployment() with
        {
            CanaryWeight = 10_001,
            Quota = Sample.Quota(new Share(new(-1, double.NaN, null), Amounts.Zero)) with
            {
                Lanes =
                [
                    new() { Lane = Lane.Bulk, Max = 10_001, Window = new(0, 1440, "Nowhere/Nowhere") },
                    new() { Lane = Lane.Bulk, Reserve = 10_000 },
                    new() { Lane = Lane.Interactive, Reserve = 1 },
                ],
            },
        };
        var paths = ConfigurationRules.Check(configuration).Select(e => e.Path).ToList();
        Assert.Equal(
            [
                "canaryWeight", "canaryWeight", "quota.groups[0].boot.rate.requests", "quota.groups[0].boot.rate.inputTokens",
                "quota.groups[0].fallback.rate.requests", "quota.groups[0].fallback.rate.inputTokens", "quota.lanes[0].max",
                "quota.lanes[0].window.endMinute", "quota.lanes[0].window.timeZone", "quota.lanes[1].lane", "quota.lanes",
            ],
            paths);
    }

    [Fact]
    public void No_value_that_is_replaced_by_another_kind_brings_the_reader_down()
    {
        var configuration = Sample.Deployment() with
        {
            Canary = Sample.Revision(Sample.CanaryId),
            Standby = [Sample.Revision(Sample.StandbyId)],
            Fallback = ["claude-haiku-5-5"],
            Quota = Sample.Quota() with
            {
                Lanes = [new() { Lane = Lane.Bulk, Window = new(1, 2, "UTC") }],
                PerUser = new() { RequestsPerMinute = 1 },
                Spend = [new() { Quota = "a/b", Daily = 1 }],
            },
        };
        var tried = 0;
        foreach (var replacement in new[] { "null", "{}", "[]", "[null]", "1", "\"x\"", "-1" })
        {
            for (var index = 0; ; index++)
            {
                var root = JsonNode.Parse(Sample.Json(configuration))!;
                var values = All(root).Where(n => n.Parent is not null).ToList();
                if (index == values.Count) break;
                values[index].ReplaceWith(JsonNode.Parse(replacement));
                var text = root.ToJsonString();
                var (read, errors) = ConfigurationReader.Read(Encoding.UTF8.GetBytes(text));
                tried++;
                if (errors.Count == 0) _ = Sample.Served(read!);
            }
        }
        Assert.True(tried > 500, $"only {tried}");
    }

    private static IEnumerable<JsonNode> All(JsonNode node) => node switch
    {
        JsonObject o => o.Where(p => p.Value is not null).SelectMany(p => All(p.Value!)).Append(o),
        JsonArray a => a.Where(v => v is not null).SelectMany(v => All(v!)).Append(a),
        _ => [node],
    };
}
