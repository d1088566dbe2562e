using System.Text.Json;
using Operator.Api;
using Operator.Rollouts;

namespace Operator.Tests.Rollouts;

public class RolloutRecordTests
{
    [Fact]
    public void What_is_written_to_the_status_and_through_JSON_is_read_back_whole()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var world = new RolloutWorld(seed);
            for (var turn = 0; turn < 60; turn++)
            {
                world.Happen();
                var decision = RolloutPolicy.Decide(world.Plan, world.State, world.See(), world.Now);
                var status = new ClaudeDeploymentStatus();
                RolloutRecord.Write(decision.State, world.Plan, status);
                // People read it in tables: nothing, and no -1, before the first step.
                Assert.True(status.Step?.Index is null or >= 0, $"step {status.Step?.Index}");
                if (status.Step is not null) Assert.Equal(decision.State is { IsPromoting: false, Step: < 0 }, status.Step.Index is null);
                var stored = JsonSerializer.Deserialize(
                    JsonSerializer.Serialize(status, ApiJsonContext.Default.ClaudeDeploymentStatus), ApiJsonContext.Default.ClaudeDeploymentStatus)!;
                Assert.Equal(JsonSerializer.Serialize(decision.State), JsonSerializer.Serialize(RolloutRecord.Read(stored)));
                world.Apply(decision, crash: false);
            }
        }
    }

    [Fact]
    public void Offline_gates_that_a_former_version_recorded_as_step_minus_one_are_still_those()
    {
        var stored = JsonSerializer.Deserialize("""{"canary":{"revision":"a"},"step":{"index":-1,"of":3}}""", ApiJsonContext.Default.ClaudeDeploymentStatus)!;
        Assert.Equal(-1, RolloutRecord.Read(stored).Step);
    }
}
