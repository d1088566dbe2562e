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
                var stored = JsonSerializer.Deserialize(
                    JsonSerializer.Serialize(status, ApiJsonContext.Default.ClaudeDeploymentStatus), ApiJsonContext.Default.ClaudeDeploymentStatus)!;
                Assert.Equal(JsonSerializer.Serialize(decision.State), JsonSerializer.Serialize(RolloutRecord.Read(stored)));
                world.Apply(decision, crash: false);
            }
        }
    }
}
