using System.Net;
using Operator.Contract;
using Operator.Testing;

namespace Operator.Limiter.Tests.Hosting;

/// <summary>Mounted configurations that a running limiter must not take.</summary>
public class DifficultConfigurationTests
{
    public static TheoryData<string, byte[]> Bad => new()
    {
        { "torn", Sample.Json(Sample.Deployment(generation: 6))[..^40] },
        { "empty", [] },
        { "invalid", Sample.Json(Sample.Deployment(generation: 6) with { CanaryWeight = 5 }) },
        { "older", Sample.Json(Sample.Deployment(generation: 4)) },
        { "of another version", "{\"apiVersion\":\"limiter.claudeops.dev/v9\"}"u8.ToArray() },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task One_that_is_no_good_is_told_and_the_last_good_one_serves_on(string what, byte[] file)
    {
        var logs = new CapturedLogs();
        await using var limiter = await RunningLimiter.StartAsync(Sample.Deployment(generation: 5), loggers: logs.Factory, time: new FastClock(20));
        await File.WriteAllBytesAsync(Path.Combine(limiter.Folder, LimiterPod.Deployments, "triage.json"), file, TestContext.Current.CancellationToken);
        using var health = new HttpClient { BaseAddress = limiter.Host.HealthAddress };
        var metrics = "";
        // It is counted first, and told a moment later.
        bool IsTold() => logs.Lines.Any(l => l.StartsWith("Warning The configuration triage.json is refused, the last good one stays", StringComparison.Ordinal));
        for (var i = 0; i < 600 && !(IsTold() && metrics.Contains("claude_limiter_configurations_refused 1", StringComparison.Ordinal)); i++)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
            metrics = await health.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        }
        Assert.True(metrics.Contains("claude_limiter_configurations_refused 1", StringComparison.Ordinal), $"{what}: {metrics}");
        Assert.Contains("claude_limiter_configuration_generation{deployment=\"team/triage\"} 5", metrics, StringComparison.Ordinal);
        Assert.True(IsTold(), string.Join('\n', logs.Lines));
        var (status, text, response) = await limiter.SendAsync(RunningLimiter.Body);
        Assert.True(status == HttpStatusCode.OK, text);
        Assert.Equal(Sample.StableId, response.Headers.GetValues(RequestHeaders.Revision).Single());
    }
}
