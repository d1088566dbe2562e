using System.Text.Json.Nodes;
using Operator.Api.Validation;
using Xunit;

namespace Operator.Api.Tests.Validation;

public sealed class ClaudeDeploymentValidationTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_full_manifest_has_nothing_to_find()
    {
        var found = Validate(JsonNode.Parse(Manifest.Deployment)!);

        Assert.Empty(found.Errors);
        Assert.Empty(found.Warnings);
    }

    [Fact]
    public void A_minimal_manifest_has_nothing_to_find() =>
        Assert.Equal(Findings.None, Normal(Validate(JsonNode.Parse("""
            {"metadata":{"name":"a"},"spec":{"model":"claude-sonnet-5-5","prompt":{"name":"p","version":"1"},"quotaRef":{"name":"q"}}}
            """)!)));

    [Theory]
    // model, prompt, references
    [InlineData("spec", "null", "spec", "is missing")]
    [InlineData("spec.model", "-", "spec.model", "is missing")]
    [InlineData("spec.model", "null", "spec.model", "is missing")]
    [InlineData("spec.model", "\"Claude Sonnet\"", "spec.model", "has not the right form")]
    [InlineData("spec.model", "\"claude-sonnet-5-5\\n\"", "spec.model", "\\u000a")]
    [InlineData("spec.model", "17", "spec.model", "wrong type")]
    [InlineData("spec.prompt", "null", "spec.prompt", "is missing")]
    [InlineData("spec.prompt.name", "\"-x\"", "spec.prompt.name", "label")]
    [InlineData("spec.prompt.version", "\"\"", "spec.prompt.version", "is missing")]
    [InlineData("spec.prompt.delivery", "9", "spec.prompt.delivery", "a value that there is not; write Inject, Flag")]
    [InlineData("spec.prompt.delivery", "\"Post\"", "spec.prompt.delivery", "a value that there is not")]
    [InlineData("spec.quotaRef", "null", "spec.quotaRef", "is missing")]
    [InlineData("spec.quotaRef.name", "\"A\"", "spec.quotaRef.name", "name of an object")]
    [InlineData("spec.quotaRef.namespace", "\"a.b\"", "spec.quotaRef.namespace", "has not the right form")]
    [InlineData("spec.lane", "5", "spec.lane", "a value that there is not")]
    // parameters and fallback
    [InlineData("spec.parameters.maxTokens", "0", "spec.parameters.maxTokens", "between 1 and 300000")]
    [InlineData("spec.parameters.maxTokens", "400000", "spec.parameters.maxTokens", "between 1 and 300000")]
    [InlineData("spec.parameters.effort", "12", "spec.parameters.effort", "a value that there is not")]
    [InlineData("spec.fallback[0].model", "\"claude-sonnet-5-5\"", "spec.fallback[0].model", "declared model itself")]
    [InlineData("spec.fallback", "[{\"model\":\"a\"},{\"model\":\"a\"}]", "spec.fallback[1].model", "stands in the list already")]
    [InlineData("spec.fallback", "[null]", "spec.fallback[0]", "is null")]
    [InlineData("spec.fallback", "[{\"model\":\"a\"},{\"model\":\"b\"},{\"model\":\"c\"},{\"model\":\"d\"},{\"model\":\"e\"},{\"model\":\"f\"}]", "spec.fallback", "at most 5")]
    // canary
    [InlineData("spec.canary.percentage", "10", "spec.canary.percentage", "beside steps")]
    [InlineData("spec.canary", "{\"percentage\":0}", "spec.canary.percentage", "between 0.01% and 100%")]
    [InlineData("spec.canary", "{\"percentage\":\"101%\"}", "spec.canary.percentage", "is no share")]
    [InlineData("spec.canary.steps[0].weight", "0", "spec.canary.steps[0].weight", "out of range")]
    [InlineData("spec.canary.steps[1].weight", "\"1%\"", "spec.canary.steps[1].weight", "weights must increase")]
    [InlineData("spec.canary.steps[1].weight", "{}", "spec.canary.steps[1].weight", "is no share")]
    [InlineData("spec.canary.steps[1].weight", "0.333", "spec.canary.steps[1].weight", "is no share")]
    [InlineData("spec.canary.steps[1].weight", "99999999999999999999999999999", "spec.canary.steps[1].weight", "is no share")]
    [InlineData("spec.canary.steps[1]", "{}", "spec.canary.steps[1].weight", "either a weight or a pause")]
    [InlineData("spec.canary.steps[2].weight", "20", "spec.canary.steps[2].weight", "beside a pause")]
    [InlineData("spec.canary.steps[2].hold", "\"5m\"", "spec.canary.steps[2].hold", "beside a pause")]
    [InlineData("spec.canary.steps[2].pause.duration", "\"0s\"", "spec.canary.steps[2].pause.duration", "between 1s and 720h")]
    [InlineData("spec.canary.steps[0].hold", "\"5\"", "spec.canary.steps[0].hold", "is no duration")]
    [InlineData("spec.canary.steps[0].hold", "\"999999999999999h\"", "spec.canary.steps[0].hold", "is no duration")]
    [InlineData("spec.canary.steps[0].hold", "\"-5m\"", "spec.canary.steps[0].hold", "is no duration")]
    [InlineData("spec.canary.steps[0].hold", "\"1h1h1h1h1h1h\"", "spec.canary.steps[0].hold", "is no duration")]
    [InlineData("spec.canary.steps[0].weight", "\"005\"", "spec.canary.steps[0].weight", "is no share")]
    [InlineData("spec.canary.steps[0].minRequests", "-1", "spec.canary.steps[0].minRequests", "out of range")]
    [InlineData("spec.canary.steps", "[{\"pause\":{}}]", "spec.canary.steps", "only pauses")]
    [InlineData("spec.canary.stickyBy", "4", "spec.canary.stickyBy", "a value that there is not")]
    [InlineData("spec.canary", "-", "spec.canary", "live gates measure")]
    // eval gates
    [InlineData("spec.gates.evals[0].name", "\"Golden\"", "spec.gates.evals[0].name", "has not the right form")]
    [InlineData("spec.gates.evals[1].name", "\"golden\"", "spec.gates.evals[1].name", "names another gate")]
    [InlineData("spec.gates.evals[0].suite", "-", "spec.gates.evals[0]", "says not where")]
    [InlineData("spec.gates.evals[0].external", "{}", "spec.gates.evals[0]", "suite and external")]
    [InlineData("spec.gates.evals[1].maxRegression", "\"2%\"", "spec.gates.evals[1].maxRegression", "needs a suite")]
    [InlineData("spec.gates.evals[0].suite.configMap", "\"\"", "spec.gates.evals[0].suite.configMap", "is missing")]
    [InlineData("spec.gates.evals[0].confidence", "\"100%\"", "spec.gates.evals[0].confidence", "between 50% and 99.99%")]
    [InlineData("spec.gates.evals[0].passRate", "\"high\"", "spec.gates.evals[0].passRate", "is no share")]
    [InlineData("spec.gates.evals[0].passRate", "95", "spec.gates.evals[0].passRate", "has no unit")]
    [InlineData("spec.gates.live[0].maxIncrease", "\"0.25\"", "spec.gates.live[0].maxIncrease", "write \"0.25%\"")]
    [InlineData("spec.gates.evals[0].slices.worst", "\"-1%\"", "spec.gates.evals[0].slices.worst", "is no share")]
    [InlineData("spec.gates.evals[1].http.url", "\"http://evals.internal/x\"", "spec.gates.evals[1].http.url", "must begin with https")]
    [InlineData("spec.gates.evals[1].http.url", "\"https://user:pass@evals.internal/x\"", "spec.gates.evals[1].http.url", "holds credentials")]
    [InlineData("spec.gates.evals[1].http.url", "\"https://evals.internal/x?api_key=1\"", "spec.gates.evals[1].http.url", "looks like a secret")]
    [InlineData("spec.gates.evals[1].http.url", "\"https://evals.internal/x?lang=de&accessToken=1\"", "spec.gates.evals[1].http.url", "looks like a secret")]
    [InlineData("spec.gates.evals[1].http.url", "\"https://evals.internal/x?api%5Fkey=1\"", "spec.gates.evals[1].http.url", "looks like a secret")]
    [InlineData("spec.gates.evals[1].http.url", "\"https://evals.internal/x#a\"", "spec.gates.evals[1].http.url", "fragment")]
    [InlineData("spec.gates.evals[1].http.url", "\"evals\"", "spec.gates.evals[1].http.url", "no absolute URL")]
    [InlineData("spec.gates.evals[1].http.timeout", "\"2h\"", "spec.gates.evals[1].http.timeout", "between 1s and 1h")]
    [InlineData("spec.gates.evals[2].job.fromCronJob", "\"a/b\"", "spec.gates.evals[2].job.fromCronJob", "has not the right form")]
    [InlineData("spec.gates.evals[2].at", "\"1000%\"", "spec.gates.evals[2].at", "is no share")]
    // live gates
    [InlineData("spec.gates.live[0].metric", "\"speed\"", "spec.gates.live[0].metric", "a value that there is not")]
    [InlineData("spec.gates.live[0].metric", "44", "spec.gates.live[0].metric", "a value that there is not")]
    [InlineData("spec.gates.live[0].metric", "-", "spec.gates.live[0].metric", "is missing")]
    [InlineData("spec.gates.live[1].metric", "\"errorRate\"", "spec.gates.live[1].metric", "has a gate already")]
    [InlineData("spec.gates.live[0].max", "\"1%\"", "spec.gates.live[0]", "several bounds")]
    [InlineData("spec.gates.live[1].max", "-", "spec.gates.live[1]", "give latencyP95 max or maxIncrease")]
    [InlineData("spec.gates.live[1].max", "\"18\"", "spec.gates.live[1].max", "is no duration")]
    [InlineData("spec.gates.live[1].max", "\"2h\"", "spec.gates.live[1].max", "between 1ms and 1h")]
    [InlineData("spec.gates.live[0]", "{\"metric\":\"errorRate\",\"min\":\"1%\"}", "spec.gates.live[0].min", "better when it is lower")]
    [InlineData("spec.gates.live[3]", "{\"metric\":\"cacheHitRatio\",\"max\":\"1%\"}", "spec.gates.live[3].max", "better when it is higher")]
    [InlineData("spec.gates.live[3]", "{\"metric\":\"cacheHitRatio\",\"maxIncrease\":\"1%\"}", "spec.gates.live[3].maxIncrease", "better when it is higher")]
    [InlineData("spec.gates.live[2]", "{\"metric\":\"costPerRequest\",\"max\":\"0\"}", "spec.gates.live[2].max", "above 0")]
    [InlineData("spec.gates.live[2]", "{\"metric\":\"costPerRequest\",\"max\":\"5%\"}", "spec.gates.live[2].max", "is no amount")]
    [InlineData("spec.gates.live[3].warmup", "\"25h\"", "spec.gates.live[3].warmup", "between 0s and 24h")]
    [InlineData("spec.gates.live[0].proof", "3", "spec.gates.live[0].proof", "a value that there is not")]
    // rollback, deadline, selector, name
    [InlineData("spec.rollback.onFailure", "8", "spec.rollback.onFailure", "a value that there is not")]
    [InlineData("spec.rollback.window.revisions", "11", "spec.rollback.window.revisions", "between 0 and 10")]
    [InlineData("spec.rollback.window.maxAge", "\"soon\"", "spec.rollback.window.maxAge", "is no duration")]
    [InlineData("spec.progressDeadline", "\"1s\"", "spec.progressDeadline", "between 1m and 720h")]
    [InlineData("spec.workloadSelector.matchLabels", "{}", "spec.workloadSelector.matchLabels", "every pod")]
    [InlineData("spec.workloadSelector.matchLabels", "{\"a/b/c\":\"x\"}", "spec.workloadSelector.matchLabels", "no key of a label")]
    [InlineData("spec.workloadSelector.matchLabels", "{\"app\":\"a b\"}", "spec.workloadSelector.matchLabels[app]", "has not the right form")]
    [InlineData("metadata.name", "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"", "metadata.name", "at most 63")]
    public void A_fault_is_found_at_its_path_with_what_to_do(string field, string json, string path, string message)
    {
        var found = Validate(Manifest.With(Manifest.Deployment, field, json));

        var error = Assert.Single(found.Errors, e => e.Path == path);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("spec.canary", "{\"percentage\":\"10%\"}")]
    [InlineData("spec.canary", "{\"percentage\":10}")]
    [InlineData("spec.model", "\"us.anthropic.claude-sonnet-5-5-v1:0\"")]
    [InlineData("spec.model", "\"claude-sonnet-4-5@20250929\"")]
    [InlineData("spec.canary.steps[2]", "{\"pause\":{\"duration\":\"1h\"}}")]
    [InlineData("spec.gates.evals[1].http.url", "\"https://evals.internal:8443/x?monkey=1&suite=monkey-business&max_tokens=5&lang=de\"")]
    [InlineData("spec.gates.live[2]", "{\"metric\":\"costPerRequest\",\"max\":\"0.05\"}")]
    [InlineData("spec.gates.live[2]", "{\"metric\":\"outputTokensPerRequest\",\"max\":900}")]
    [InlineData("spec.workloadSelector.matchLabels", "{\"example.com/app\":\"\"}")]
    public void What_is_allowed_passes(string field, string json) =>
        Assert.Empty(Validate(Manifest.With(Manifest.Deployment, field, json)).Errors);

    [Theory]
    [InlineData("spec.gates", "-", "spec.canary", "has no gates")]
    [InlineData("spec.model", "\"claude-sonnet\"", "spec.model", "is an alias that may come to mean another model without a rollout; pin claude-sonnet-5-5")]
    [InlineData("spec.model", "\"claude-old\"", "spec.model", "retires on 2027-01-19, in 60 days; move to claude-sonnet-5-5")]
    [InlineData("spec.model", "\"claude-new\"", "spec.model", "not in the model catalogue")]
    [InlineData("spec.fallback[0].model", "\"claude-old\"", "spec.fallback[0].model", "retires on")]
    [InlineData("spec.progressDeadline", "\"15m\"", "spec.progressDeadline", "not longer than the longest hold, 15m")]
    [InlineData("spec.canary.steps[3].weight", "100", "spec.canary", "no traffic of stable")]
    [InlineData("spec.cannary", "{}", "spec.cannary", "not a field")]
    [InlineData("spec.canary.steps[0].wait", "1", "spec.canary.steps[0].wait", "not a field")]
    public void What_is_allowed_but_unwise_is_warned_of(string field, string json, string path, string message)
    {
        var found = Validate(Manifest.With(Manifest.Deployment, field, json), new Catalogue());

        Assert.Empty(found.Errors);
        var warning = Assert.Single(found.Warnings);
        Assert.Equal(path, warning.Path);
        Assert.Contains(message, warning.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("spec.model", "\"claude-retired\"", "spec.model", FindingReason.ModelRetired, "retired on 2026-11-20")]
    [InlineData("spec.fallback[0].model", "\"claude-retired\"", "spec.fallback[0].model", FindingReason.ModelRetired, "choose another model")]
    [InlineData("spec.parameters.maxTokens", "100000", "spec.parameters.maxTokens", FindingReason.FieldValueInvalid, "at most 64000")]
    [InlineData("spec.parameters.effort", "\"xhigh\"", "spec.parameters.effort", FindingReason.FieldValueNotSupported, "takes the levels of effort low, medium")]
    [InlineData("spec.parameters.thinking", "\"between_tools\"", "spec.parameters.thinking", FindingReason.FieldValueNotSupported, "takes no thinking modes")]
    public void What_the_catalogue_knows_against_it_is_an_error(string field, string json, string path, FindingReason reason, string message)
    {
        var error = Assert.Single(Validate(Manifest.With(Manifest.Deployment, field, json), new Catalogue()).Errors);
        Assert.Equal((path, reason), (error.Path, error.Reason));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_error_is_told_at_once()
    {
        var node = Manifest.With(Manifest.Deployment, "spec.model", "\"\"");
        node["spec"]!["quotaRef"]!["name"] = "Ä";
        node["spec"]!["progressDeadline"] = "x";

        Assert.Equal(["spec.model", "spec.quotaRef.name", "spec.progressDeadline"], Validate(node).Errors.Select(e => e.Path));
    }

    [Fact]
    public void Enums_that_no_name_stands_for_are_found_too()
    {
        var entity = Manifest.Read<ClaudeDeployment>(JsonNode.Parse(Manifest.Deployment)!);
        entity.Spec.Lane = (Lane)9;
        entity.Spec.Gates!.Live![0].Metric = (LiveMetric)44;
        entity.Spec.Rollback!.OnFailure = (OnFailure)7;

        Assert.Equal(["spec.lane", "spec.gates.live[0].metric", "spec.rollback.onFailure"], ClaudeDeploymentValidation.Validate(entity).Errors.Select(e => e.Path));
    }

    [Fact]
    public void A_message_never_repeats_a_url()
    {
        var found = Validate(Manifest.With(Manifest.Deployment, "spec.gates.evals[1].http.url", "\"ftp://user:hunter2@x/?token=hunter3#hunter4\""));

        Assert.NotEmpty(found.Errors);
        Assert.DoesNotContain("hunter", found.Summary(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_update_that_leaves_the_spec_alone_is_always_allowed()
    {
        var broken = Manifest.Read<ClaudeDeployment>(Manifest.With(Manifest.Deployment, "spec.model", "\"\""));
        var labelled = Manifest.Read<ClaudeDeployment>(Manifest.With(Manifest.Deployment, "spec.model", "\"\""));
        labelled.Metadata.Labels = new Dictionary<string, string> { ["a"] = "b" };
        var changed = Manifest.Read<ClaudeDeployment>(Manifest.With(Manifest.Deployment, "spec.model", "\"?\""));

        Assert.True(ClaudeDeploymentValidation.ValidateUpdate(broken, labelled).IsValid);
        Assert.False(ClaudeDeploymentValidation.ValidateUpdate(broken, changed).IsValid);
    }

    [Fact]
    public void The_summary_is_bounded()
    {
        var found = new Findings([.. Enumerable.Range(0, 50).Select(i => new Finding($"spec.f{i}", FindingReason.FieldValueInvalid, new string('x', 100)))], []);

        Assert.Equal(1024, found.Summary().Length);
        Assert.EndsWith("…", found.Summary(), StringComparison.Ordinal);
    }

    private static Findings Normal(Findings found) => found is { Errors.Count: 0, Warnings.Count: 0 } ? Findings.None : found;

    private static Findings Validate(JsonNode node, IModelKnowledge? models = null) =>
        ClaudeDeploymentValidation.Validate(Manifest.Read<ClaudeDeployment>(node), new ValidationContext(models, Now));

    private sealed class Catalogue : IModelKnowledge
    {
        public ModelFacts? Find(string id) => id switch
        {
            "claude-sonnet-5-5" => new ModelFacts { Id = id, MaxOutputTokens = 64_000, Efforts = [Effort.Low, Effort.Medium], ThinkingModes = [] },
            "claude-haiku-5-5" => new ModelFacts { Id = id },
            "claude-sonnet" => new ModelFacts { Id = "claude-sonnet-5-5", IsAlias = true },
            "claude-old" => new ModelFacts { Id = id, RetiresOn = new DateOnly(2027, 1, 19), Replacement = "claude-sonnet-5-5" },
            "claude-retired" => new ModelFacts { Id = id, RetiresOn = new DateOnly(2026, 11, 20) },
            _ => null,
        };
    }
}
