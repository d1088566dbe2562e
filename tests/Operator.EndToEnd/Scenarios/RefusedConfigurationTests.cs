using Operator.EndToEnd.Harness;

namespace Operator.EndToEnd.Scenarios;

public class RefusedConfigurationTests
{
    [Fact]
    public async Task A_limiter_that_refuses_a_configuration_holds_the_step_and_is_told_of_with_its_reason()
    {
        await using var stage = await Stage.OpenAsync();
        await Scenario.FirstVersionAsync(stage);
        await stage.PassAsync(TimeSpan.FromSeconds(5));
        stage.Traffic.Refusal = "lane: must be one of Interactive, Standard, Bulk";
        await stage.User.ApplyAsync(Manifests.Prompt("v2") + Manifests.Deployment("v2"));
        var waiting = await stage.UntilAsync(d => d.Status?["limiters"]?["refusal"] is not null, "the refusal to be told");
        var limiters = waiting.Status!["limiters"]!;
        Assert.Equal((2, 1, 1), ((int)limiters["total"]!, (int)limiters["current"]!, (int)limiters["refused"]!));
        Assert.Matches(@"^pod app-0 refused generation \d+: lane: must be one of", (string)limiters["refusal"]!);
        waiting = await stage.UntilAsync(d => d.Message?.Contains("refused generation", StringComparison.Ordinal) == true, "the message to say why the step waits");
        Assert.Equal("WaitingForLimiters", waiting.Reason);
        await stage.UntilEventAsync("ConfigurationRefused");

        stage.Traffic.Refusal = null;
        var healthy = await stage.UntilHealthyAsync("v2");
        Assert.Null(healthy.Status!["limiters"]!["refused"]);
        Assert.Null(healthy.Status!["limiters"]!["refusal"]);
        stage.AssertQuiet();
    }
}
