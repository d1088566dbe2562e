using System.Text.Json;

namespace Operator.Api.Tests.Serialization;

public class StatusEnumTests
{
    [Theory]
    [InlineData("""{"phase":"Simmering"}""")]
    [InlineData("""{"canary":{"revision":"a","route":"Scenic"}}""")]
    [InlineData("""{"gates":[{"name":"ci","verdict":"Splendid"}]}""")]
    [InlineData("""{"evalRuns":[{"name":"run","gate":"ci","verdict":"Splendid"}]}""")]
    [InlineData("""{"history":[{"revision":"a","outcome":"Sublimated"}]}""")]
    [InlineData("""{"throttle":{"state":"Sometimes"}}""")]
    public void A_status_with_names_that_this_version_does_not_know_is_read(string json)
    {
        var status = JsonSerializer.Deserialize(json, ApiJsonContext.Default.ClaudeDeploymentStatus)!;
        Assert.Null(status.Phase.Known());
        Assert.Null((status.Canary?.Route).Known());
        Assert.All(status.Gates ?? [], g => Assert.Equal(Verdict.Continue, g.Verdict.KnownOr(Verdict.Continue)));
        Assert.All(status.History ?? [], h => Assert.False(Enum.IsDefined(h.Outcome)));
        // It is not written back as another name.
        Assert.DoesNotContain("Promoted", JsonSerializer.Serialize(status, ApiJsonContext.Default.ClaudeDeploymentStatus), StringComparison.Ordinal);
    }

    [Fact]
    public void A_known_name_is_read_as_what_it_is()
    {
        var status = JsonSerializer.Deserialize("""{"phase":"Held","gates":[{"name":"ci","verdict":"Fail"}]}""", ApiJsonContext.Default.ClaudeDeploymentStatus)!;
        Assert.Equal(Phase.Held, status.Phase.Known());
        Assert.Equal(Verdict.Fail, status.Gates![0].Verdict.KnownOr(Verdict.Continue));
    }

    [Theory]
    [InlineData("""{"phase":7}""")]
    [InlineData("""{"phase":["Held"]}""")]
    public void A_value_that_is_no_name_at_all_is_refused(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(json, ApiJsonContext.Default.ClaudeDeploymentStatus));

    [Fact]
    public void A_spec_with_a_name_that_there_is_not_is_refused() =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(
            """{"gates":{"live":[{"metric":"happiness"}]}}""", ApiJsonContext.Default.ClaudeDeploymentSpec));

    [Theory]
    [InlineData("""{"tierAdvice":{"current":"Tier9"}}""")]
    [InlineData("""{"effectiveLimits":[{"group":"sonnet","requestsPerMinute":{"value":1,"source":"Guess"}}]}""")]
    public void A_quota_status_of_a_later_version_is_read(string json) =>
        Assert.NotNull(JsonSerializer.Deserialize(json, ApiJsonContext.Default.ClaudeQuotaStatus));

    [Fact]
    public void An_eval_run_of_a_later_version_is_read()
    {
        var status = JsonSerializer.Deserialize("""{"phase":"Resting","verdict":"Splendid"}""", ApiJsonContext.Default.ClaudeEvalRunStatus)!;
        Assert.Null(status.Phase.Known());
        Assert.Null(status.Verdict.Known());
    }
}
