using System.Text.Json.Nodes;
using Xunit;

namespace Operator.Tests.GitOps;

public sealed class ArgoHealthTests
{
    public static TheoryData<string, string, string> Deployments => new()
    {
        { "{}", "Progressing", "Waiting" },
        { """{"observedGeneration": 1, "conditions": [{"type": "Ready", "status": "True", "message": "ok"}]}""", "Progressing", "has not seen" },
        { """{"observedGeneration": 2, "phase": "Progressing", "message": "step 1 of 3", "conditions": [{"type": "Ready", "status": "False"}, {"type": "Reconciling", "status": "True"}]}""", "Progressing", "step 1 of 3" },
        { """{"observedGeneration": 2, "phase": "Healthy", "message": "v14 serves", "conditions": [{"type": "Ready", "status": "True"}]}""", "Healthy", "v14 serves" },
        { """{"observedGeneration": 2, "phase": "Paused", "message": "waits for an approval", "conditions": [{"type": "Ready", "status": "False"}, {"type": "Reconciling", "status": "True"}]}""", "Suspended", "approval" },
        { """{"observedGeneration": 2, "phase": "RolledBack", "message": "m", "conditions": [{"type": "Ready", "status": "False"}, {"type": "Stalled", "status": "True", "message": "errorRate 5 %"}]}""", "Degraded", "errorRate" },
        { """{"observedGeneration": 2, "phase": "Healthy", "conditions": [{"type": "Ready", "status": "False"}, {"type": "Stalled", "status": "True", "message": "spec.model: unknown"}]}""", "Degraded", "spec.model" },
        { """{"observedGeneration": 2, "conditions": []}""", "Progressing", "" },
    };

    [Theory]
    [MemberData(nameof(Deployments))]
    public void A_deployment_is_as_healthy_as_its_conditions_say(string status, string health, string message) => Judge("ClaudeDeployment", status, health, message);

    [Theory]
    [InlineData("{}", "Progressing", "Waiting")]
    [InlineData("""{"observedGeneration": 1, "conditions": []}""", "Progressing", "has not seen")]
    [InlineData("""{"observedGeneration": 2, "throttle": {"state": "Throttled"}, "conditions": [{"type": "Ready", "status": "True", "message": "in force"}]}""", "Healthy", "in force")]
    [InlineData("""{"observedGeneration": 2, "conditions": [{"type": "Ready", "status": "False", "message": "no"}, {"type": "Stalled", "status": "True", "message": "a circle of parents"}]}""", "Degraded", "circle")]
    public void A_quota_is_healthy_while_it_is_in_force(string status, string health, string message) => Judge("ClaudeQuota", status, health, message);

    [Theory]
    [InlineData("{}", "Progressing", "not ended")]
    [InlineData("""{"phase": "Running", "message": "12 of 40"}""", "Progressing", "12 of 40")]
    [InlineData("""{"phase": "Completed", "verdict": "Fail", "message": "91 %"}""", "Healthy", "91 %")]
    [InlineData("""{"phase": "Cancelled", "message": "superseded"}""", "Healthy", "superseded")]
    public void A_run_is_healthy_when_it_has_come_to_its_end(string status, string health, string message) => Judge("ClaudeEvalRun", status, health, message);

    [Theory]
    [InlineData("ClaudeDeployment")]
    [InlineData("ClaudeQuota")]
    [InlineData("ClaudeEvalRun")]
    public void An_object_without_a_status_is_in_progress(string kind) =>
        Assert.Equal("Progressing", (string?)LuaScript.Run(ArgoManifests.Script(kind + "/health.lua"), Object(null))["status"]);

    private static void Judge(string kind, string status, string health, string message)
    {
        var result = LuaScript.Run(ArgoManifests.Script(kind + "/health.lua"), Object(JsonNode.Parse(status)));

        Assert.Equal(health, (string?)result["status"]);
        Assert.Contains(message, (string?)result["message"], StringComparison.Ordinal);
    }

    private static JsonObject Object(JsonNode? status)
    {
        var target = new JsonObject { ["metadata"] = new JsonObject { ["name"] = "triage", ["generation"] = 2 } };
        if (status is not null) target["status"] = status;
        return target;
    }
}
