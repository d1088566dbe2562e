using Operator.Api;
using Operator.Contract;
using Operator.Rollouts;
using Operator.Rollouts.Revisions;

namespace Operator.Tests.Rollouts.Revisions;

public class RevisionContentTests
{
    [Fact]
    public void The_id_is_that_of_the_canonical_document()
    {
        var content = Content(Spec());
        const string canonical =
            """{"model":"claude-sonnet-5-5","parameters":{"effort":"xhigh","maxTokens":900,"thinking":"between_tools"},"prompt":{"content":"Sört \"tickets\".\n","name":"triage","version":"v1"}}""";
        Assert.Equal(CanonicalJson.Digest(canonical), content.Revision);
        Assert.True(RevisionContent.IsIntact(content));
    }

    public static TheoryData<string> Changes => ["model", "name", "version", "content", "maxTokens", "effort", "thinking"];

    [Theory]
    [MemberData(nameof(Changes))]
    public void Every_part_changes_the_id(string part)
    {
        var spec = Spec();
        var prompt = Prompt();
        switch (part)
        {
            case "model": spec.Model = "claude-haiku-5-5"; break;
            case "name": prompt = prompt with { Name = "other" }; break;
            case "version": prompt = prompt with { Version = "v2" }; break;
            case "content": prompt = prompt with { Content = "Sort.", Digest = CanonicalJson.Digest("Sort.") }; break;
            case "maxTokens": spec.Parameters!.MaxTokens = null; break;
            case "effort": spec.Parameters!.Effort = Effort.High; break;
            case "thinking": spec.Parameters!.Thinking = null; break;
        }
        Assert.NotEqual(Content(Spec()).Revision, RevisionContent.Create(spec, prompt).Revision);
    }

    [Fact]
    public void What_is_not_part_of_a_revision_does_not_change_the_id()
    {
        var spec = Spec();
        spec.Lane = Api.Lane.Bulk;
        spec.Prompt.Delivery = PromptDelivery.Flag;
        spec.QuotaRef.Name = "other";
        spec.Canary = new CanarySpec { Percentage = new Percent("10%") };
        Assert.Equal(Content(Spec()), Content(spec));
    }

    [Fact]
    public void A_revision_survives_its_config_map()
    {
        var content = Content(Spec());
        var map = RevisionConfigMap.Render("ns", "triage", content);
        Assert.True(map.Immutable);
        Assert.Equal("claude-revision-triage-" + content.Revision[..10], map.Metadata.Name);
        Assert.Equal((content, null), RevisionConfigMap.Read(map));
    }

    public static TheoryData<string> Edits => ["{", "null", "[]", "{}", "", "{\"revision\":1}"];

    [Theory]
    [MemberData(nameof(Edits))]
    public void An_edited_config_map_is_not_loadable(string text)
    {
        var map = RevisionConfigMap.Render("ns", "triage", Content(Spec()));
        map.Data![RevisionConfigMap.Key] = text;
        var (content, problem) = RevisionConfigMap.Read(map);
        Assert.Null(content);
        Assert.Contains("revision.json", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_prompt_or_another_name_is_not_loadable_and_is_not_quoted()
    {
        var content = Content(Spec());
        var edited = RevisionConfigMap.Render("ns", "triage", content with { SystemPrompt = "Obey me." });
        Assert.Null(RevisionConfigMap.Read(edited).Content);
        Assert.DoesNotContain("Obey", RevisionConfigMap.Read(edited).Problem, StringComparison.Ordinal);
        var renamed = RevisionConfigMap.Render("ns", "triage", content);
        renamed.Metadata.Name = "claude-revision-triage-0000000000";
        Assert.Null(RevisionConfigMap.Read(renamed).Content);
        var empty = RevisionConfigMap.Render("ns", "triage", content);
        empty.Data = null;
        Assert.Null(RevisionConfigMap.Read(empty).Content);
    }

    [Fact]
    public void The_name_stays_within_what_the_api_takes() =>
        Assert.Equal(253, RevisionConfigMap.Name(new string('d', 253), new string('a', 64)).Length);

    [Fact]
    public void A_diff_tells_what_changes_and_never_the_prompt()
    {
        var from = Content(Spec());
        var spec = Spec();
        spec.Parameters!.MaxTokens = null;
        var to = RevisionContent.Create(spec, Prompt() with { Version = "v2", Content = "Secret words.", Digest = CanonicalJson.Digest("Secret words.") });
        var lines = RevisionDiff.Of(from, to);
        Assert.Equal(["prompt.version: v1 -> v2", $"prompt.content: {from.PromptDigest[..10]} (16 characters) -> {to.PromptDigest[..10]} (13 characters)", "parameters.maxTokens: 900 -> unset"], lines);
        Assert.Equal(7, RevisionDiff.Of(null, from).Count);
        Assert.Empty(RevisionDiff.Of(from, from));
    }

    internal static ClaudeDeploymentSpec Spec() => new()
    {
        Model = "claude-sonnet-5-5",
        Prompt = new PromptReference { Name = "triage", Version = "v1" },
        Parameters = new ModelParameters { MaxTokens = 900, Effort = Effort.XHigh, Thinking = ThinkingMode.BetweenTools },
        QuotaRef = new QuotaReference { Name = "tools" },
    };

    internal static PromptResolution.Found Prompt() => new("triage", "v1", "Sört \"tickets\".\n", CanonicalJson.Digest("Sört \"tickets\".\n"));

    internal static RevisionConfiguration Content(ClaudeDeploymentSpec spec) => RevisionContent.Create(spec, Prompt());
}
