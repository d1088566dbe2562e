using System.Text.Json.Nodes;
using Operator.Api.Validation;
using Xunit;

namespace Operator.Api.Tests.Validation;

public sealed class ClaudeEvalRunValidationTests
{
    [Fact]
    public void A_full_manifest_has_nothing_to_find() => Assert.Empty(Validate(JsonNode.Parse(Manifest.EvalRun)!).Errors);

    [Theory]
    [InlineData("spec.deploymentRef", "null", "spec.deploymentRef", "is missing")]
    [InlineData("spec.deploymentRef.name", "\"_\"", "spec.deploymentRef.name", "has not the right form")]
    [InlineData("spec.revision", "\"0123456789\"", "spec.revision", "not the short form")]
    [InlineData("spec.gate", "\"\"", "spec.gate", "is missing")]
    [InlineData("spec.suiteDigest", "\"x\"", "spec.suiteDigest", "SHA-256")]
    [InlineData("spec.attempt", "-1", "spec.attempt", "out of range")]
    [InlineData("spec.result.passed", "101", "spec.result.passed", "101 of 100")]
    [InlineData("spec.result.passed", "-1", "spec.result.passed", "cannot have passed")]
    [InlineData("spec.result.total", "0", "spec.result.total", "out of range")]
    [InlineData("spec.result.slices[1].name", "\"de\"", "spec.result.slices[1].name", "is a slice already")]
    [InlineData("spec.result.slices[0].passed", "51", "spec.result.slices[0].passed", "51 of 50")]
    [InlineData("spec.result.slices[0].passed", "46", "spec.result.slices", "96 passed cases together, but only 95")]
    [InlineData("spec.result.slices[0].total", "51", "spec.result.slices", "6 failed cases together, but only 5")]
    [InlineData("spec.result.report", "\"https://u:p@ci.example\"", "spec.result.report", "holds credentials")]
    [InlineData("spec.result.passed", "1.5", "spec.result.passed", "wrong type")]
    public void A_fault_is_found_at_its_path_with_what_to_do(string field, string json, string path, string message)
    {
        var error = Assert.Single(Validate(Manifest.With(Manifest.EvalRun, field, json)).Errors, e => e.Path == path);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("spec.result.slices", "[{\"name\":\"de\",\"passed\":3,\"total\":4}]")]
    [InlineData("spec.result", "-")]
    public void What_is_allowed_passes(string field, string json) => Assert.Empty(Validate(Manifest.With(Manifest.EvalRun, field, json)).Errors);

    [Theory]
    [InlineData("metadata.labels", "{\"a\":\"b\"}", true)]
    [InlineData("spec.result.passed", "94", false)]
    [InlineData("spec.result", "-", false)]
    [InlineData("spec", "null", false)]
    [InlineData("spec.gate", "7", false)]
    public void The_spec_never_changes(string field, string json, bool allowed)
    {
        var stored = Manifest.Read<ClaudeEvalRun>(JsonNode.Parse(Manifest.EvalRun)!);
        var changed = Manifest.Read<ClaudeEvalRun>(Manifest.With(Manifest.EvalRun, field, json));

        Assert.Equal(allowed, ClaudeEvalRunValidation.ValidateUpdate(stored, changed).IsValid);
    }

    private static Findings Validate(JsonNode node) => ClaudeEvalRunValidation.Validate(Manifest.Read<ClaudeEvalRun>(node));
}
