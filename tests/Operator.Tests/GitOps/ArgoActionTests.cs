using System.Text.Json.Nodes;
using Operator.Api;
using Xunit;

namespace Operator.Tests.GitOps;

public sealed class ArgoActionTests
{
    private const string Canary = """{"phase": "Progressing", "stable": {"revision": "aaaa"}, "canary": {"revision": "bbbb"}}""";
    private const string Paused = """{"phase": "Paused", "stable": {"revision": "aaaa"}, "canary": {"revision": "bbbb"}}""";
    private const string Held = """{"phase": "Held", "stable": {"revision": "aaaa"}, "canary": {"revision": "bbbb"}}""";
    private const string Healthy = """{"phase": "Healthy", "stable": {"revision": "aaaa"}}""";
    private const string RolledBack = """{"phase": "RolledBack", "stable": {"revision": "aaaa"}, "rejectedRevisions": [{"revision": "cccc", "at": "2026-11-01T00:00:00Z"}, {"revision": "dddd", "at": "2026-11-02T00:00:00Z"}]}""";

    [Theory]
    [InlineData(Canary, "promote abort")]
    [InlineData(Paused, "promote approve abort")]
    [InlineData(Held, "abort retry")]
    [InlineData(Healthy, "abort")]
    [InlineData(RolledBack, "retry")]
    [InlineData("{}", "")]
    public void An_action_is_offered_when_it_would_do_something(string status, string offered)
    {
        var actions = LuaScript.Run(ArgoManifests.Script("ClaudeDeployment/actions/discovery.lua"), Deployment(status));

        Assert.Equal(ArgoManifests.Actions.Order(), actions.Select(a => a.Key).Order());
        Assert.Equal(offered, string.Join(' ', ArgoManifests.Actions.Where(a => !(bool)actions[a]!["disabled"]!)));
    }

    [Theory]
    [InlineData("promote", Canary, "bbbb")]
    [InlineData("approve", Paused, "bbbb")]
    [InlineData("abort", Canary, "bbbb")]
    [InlineData("abort", Healthy, "aaaa")]
    [InlineData("retry", Held, "bbbb")]
    [InlineData("retry", RolledBack, "dddd")]
    [InlineData("promote", Healthy, null)]
    [InlineData("retry", Healthy, null)]
    [InlineData("approve", "{}", null)]
    [InlineData("abort", "{}", null)]
    public void An_action_names_the_revision_in_an_annotation_and_changes_nothing_else(string action, string status, string? revision)
    {
        var before = Deployment(status);
        var after = LuaScript.Run(ArgoManifests.Script($"ClaudeDeployment/actions/{action}.lua"), before);

        Assert.Equal(revision, (string?)after["metadata"]!["annotations"]?["claudeops.dev/" + action]);
        after["metadata"]!.AsObject().Remove("annotations");
        Assert.Equal(status == "{}" ? """{"metadata":{"name":"triage"},"status":[]}""".Replace("[]", "{}", StringComparison.Ordinal) : Sorted(before).ToJsonString(), Sorted(after).ToJsonString());
    }

    [Fact]
    public void A_second_retry_of_the_same_revision_is_a_new_command()
    {
        var script = ArgoManifests.Script("ClaudeDeployment/actions/retry.lua");
        var once = LuaScript.Run(script, Deployment(RolledBack));
        var twice = LuaScript.Run(script, once);
        var thrice = LuaScript.Run(script, twice);

        Assert.Equal(["dddd", "dddd/2", "dddd/3"], new[] { once, twice, thrice }.Select(o => (string?)o["metadata"]!["annotations"]![Annotations.Retry]));
    }

    [Fact]
    public void There_is_an_action_for_every_command() =>
        Assert.Equal(Annotations.Commands.Order(), ArgoManifests.Actions.Select(a => "claudeops.dev/" + a).Order());

    private static JsonObject Deployment(string status) => new() { ["metadata"] = new JsonObject { ["name"] = "triage" }, ["status"] = JsonNode.Parse(status) };

    private static JsonNode Sorted(JsonNode node) => node switch
    {
        JsonObject map => new JsonObject(map.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, (JsonNode?)Sorted(p.Value!)))),
        JsonArray list => new JsonArray([.. list.Select(n => Sorted(n!))]),
        _ => node.DeepClone(),
    };
}
