using System.Text.Json.Nodes;
using Operator.LocalCluster.Controllers;

namespace Operator.LocalCluster.Tests.Controllers;

public class JobDecisionTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("""{"parallelism":2,"completions":3,"backoffLimit":6}""", "", 2, null)]
    [InlineData("""{"parallelism":2,"completions":3,"backoffLimit":6}""", "S,R", 1, null)]
    [InlineData("""{"parallelism":2,"completions":3,"backoffLimit":6}""", "S,S,R", 0, null)]
    [InlineData("""{"parallelism":2,"completions":3,"backoffLimit":6}""", "S,S,S", 0, "Complete")]
    [InlineData("""{"parallelism":1,"completions":1,"backoffLimit":0}""", "F", 0, "Failed")]
    [InlineData("""{"parallelism":1,"completions":1,"backoffLimit":1}""", "F", 1, null)]
    [InlineData("""{"parallelism":1,"completions":1,"backoffLimit":1}""", "F,F", 0, "Failed")]
    [InlineData("""{"parallelism":3,"backoffLimit":6}""", "", 3, null)]
    [InlineData("""{"parallelism":3,"backoffLimit":6}""", "S,R", 0, null)]
    [InlineData("""{"parallelism":3,"backoffLimit":6}""", "S", 0, "Complete")]
    [InlineData("""{"parallelism":2,"completions":2,"backoffLimit":6,"suspend":true}""", "R", 0, null)]
    public void Pods_are_counted_against_the_spec(string spec, string pods, long create, string? finish)
    {
        var decision = Decide(spec, pods);
        Assert.Equal(create, decision.Create);
        Assert.Equal(finish, decision.Finish?.Type);
    }

    [Fact]
    public void A_suspended_job_deletes_its_running_pods()
    {
        var decision = Decide("""{"parallelism":2,"completions":2,"suspend":true}""", "R,S");
        Assert.True(decision.Suspended);
        Assert.Equal("p0", (string?)Assert.Single(decision.Delete)["metadata"]!["name"]);
    }

    [Fact]
    public void A_deadline_ends_the_job_and_its_pods()
    {
        var decision = Decide("""{"parallelism":1,"completions":1,"activeDeadlineSeconds":60}""", "R", """{"startTime":"2026-01-01T11:58:00Z"}""");
        Assert.Equal(("Failed", "DeadlineExceeded"), (decision.Finish?.Type, decision.Finish?.Reason));
        Assert.Single(decision.Delete);
    }

    [Fact]
    public void Before_the_deadline_the_job_asks_to_be_looked_at_again()
    {
        var decision = Decide("""{"parallelism":1,"completions":1,"activeDeadlineSeconds":60}""", "R", """{"startTime":"2026-01-01T11:59:30Z"}""");
        Assert.Null(decision.Finish);
        Assert.Equal(TimeSpan.FromSeconds(30), decision.Requeue);
    }

    [Theory]
    [InlineData("F", 10)]
    [InlineData("F,F", 20)]
    [InlineData("F,F,F", 40)]
    public void Every_failure_doubles_the_pause(string pods, int seconds)
    {
        var decision = Decide("""{"parallelism":1,"completions":1,"backoffLimit":6}""", pods, unit: TimeSpan.FromSeconds(10));
        Assert.Equal((0, TimeSpan.FromSeconds(seconds)), (decision.Create, decision.Requeue));
    }

    [Fact]
    public void Counts_never_fall_when_pods_disappear()
    {
        var decision = Decide("""{"parallelism":1,"completions":2,"backoffLimit":6}""", "", """{"succeeded":1,"failed":2}""");
        Assert.Equal((1, 2), (decision.Succeeded, decision.Failed));
        Assert.Equal(1, decision.Create);
    }

    [Fact]
    public void An_exit_code_may_end_the_job_at_once()
    {
        var decision = Decide("""
            {"parallelism":1,"completions":1,"backoffLimit":6,"podFailurePolicy":{"rules":[{"action":"FailJob","onExitCodes":{"operator":"In","values":[3]}}]}}
            """, "F");
        Assert.Equal("PodFailurePolicy", decision.Finish?.Reason);
        Assert.Contains("exit code 3 matching FailJob rule at index 0", decision.Finish?.Message, StringComparison.Ordinal);
    }

    private static JobDecision Decide(string spec, string pods, string status = "{}", TimeSpan? unit = null)
    {
        var job = new JsonObject { ["spec"] = JsonNode.Parse(spec), ["status"] = JsonNode.Parse(status) };
        var list = pods.Split(',', StringSplitOptions.RemoveEmptyEntries).Select((letter, index) => Pod(letter, index)).ToList();
        return JobDecision.Make(job, list, Now, unit ?? TimeSpan.Zero);
    }

    private static JsonObject Pod(string letter, int index) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = $"p{index}", ["namespace"] = "n" },
        ["status"] = new JsonObject
        {
            ["phase"] = letter switch { "S" => "Succeeded", "F" => "Failed", _ => "Running" },
            ["containerStatuses"] = new JsonArray(new JsonObject
            {
                ["name"] = "c",
                ["state"] = new JsonObject
                {
                    ["terminated"] = new JsonObject { ["exitCode"] = letter == "F" ? 3 : 0, ["finishedAt"] = "2026-01-01T12:00:00Z" },
                },
            }),
        },
    };
}
