using System.Net;
using Operator.Contract;
using Operator.Limiter.Telemetry;
using Operator.MockClaude;
using Operator.MockClaude.Accounts;
using Operator.MockClaude.Ledger;
using Operator.Testing;

namespace Operator.Limiter.Tests.Hosting;

/// <summary>The key is another one while requests are under way, mounted as the kubelet does it.</summary>
public class KeyRotationTests
{
    private const string Next = "sk-ant-api03-next";

    [Fact]
    public async Task Of_two_hundred_requests_around_a_rotation_none_fails()
    {
        await using var limiter = await RotatableAsync();
        Task Ask(int count) => Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 20 }, async (i, _) =>
        {
            var (status, text, _) = await limiter.SendAsync(i % 2 == 0 ? RunningLimiter.Body : RunningLimiter.StreamBody);
            Assert.True(status == HttpStatusCode.OK, text);
        });
        await Ask(50);
        // The old key is refused from the moment on at which the new one is mounted: requests with the old one are under way.
        var under = Ask(100);
        Rotate(limiter);
        await under;
        await Ask(50);
        var counts = await limiter.SettledAsync();
        Assert.Equal((200, 200), (counts.Received, counts.Total(CallOutcome.Forwarded)));
        var (before, after) = (Answered(limiter, "old"), Answered(limiter, "next"));
        Assert.Equal(200, before + after);
        Assert.True(before >= 50 && after >= 50, $"{before} with the old key, {after} with the new one");
        // Who met the refusal of the old key, which is looked up once a second, tried again with the new one; the caller saw none of it.
        Assert.True(counts.Retries > 0);
    }

    [Fact]
    public async Task What_passes_as_it_is_has_the_new_key_at_once()
    {
        await using var limiter = await RotatableAsync();
        Assert.Contains("data", await limiter.Client.GetStringAsync("/v1/models", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Rotate(limiter);
        Assert.Contains("data", await limiter.Client.GetStringAsync("/v1/models", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_is_refused_and_not_replaced_is_told_by_the_APIs_own_answer_without_a_retry()
    {
        await using var limiter = await RotatableAsync();
        limiter.Mock!.Accounts.RevokeKey(MockClaudeOptions.DefaultKey);
        var (status, text, _) = await limiter.SendAsync(RunningLimiter.Body);
        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Contains("authentication_error", text, StringComparison.Ordinal);
        var counts = await limiter.SettledAsync();
        Assert.Equal(((CallOutcome.Forwarded, "Unauthorized"), 0L), (Assert.Single(counts.Ended.Keys), counts.Retries));
    }

    [Theory]
    [InlineData("")]
    [InlineData("two\nlines")]
    [InlineData(null)]
    public async Task A_mounted_file_that_holds_no_key_leaves_the_last_one(string? text)
    {
        var logs = new CapturedLogs();
        await using var limiter = await RotatableAsync(logs);
        Assert.Equal(HttpStatusCode.OK, (await limiter.SendAsync(RunningLimiter.Body)).Status);
        // Longer than any key, for null.
        Mount(limiter, "broken", text ?? new string('k', 20_000));
        Assert.False(limiter.State.Credentials.ChangedFrom(KeyFile(limiter), MockClaudeOptions.DefaultKey));
        Assert.Equal(HttpStatusCode.OK, (await limiter.SendAsync(RunningLimiter.Body)).Status);
        Assert.Contains(logs.Lines, l => l.StartsWith("Warning The API key at", StringComparison.Ordinal) && l.Contains("The last good one stays", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_key_requests_are_refused_with_a_warning_until_one_is_mounted()
    {
        var logs = new CapturedLogs();
        await using var limiter = await RunningLimiter.StartAsync(loggers: logs.Factory, time: new FastClock(20));
        File.Delete(KeyFile(limiter));
        var (status, text, response) = await limiter.SendAsync(RunningLimiter.Body);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "true"), (status, response.Headers.GetValues("x-should-retry").Single()));
        Assert.Equal(TimeSpan.FromSeconds(5), response.Headers.RetryAfter!.Delta);
        Assert.Contains("api_error", text, StringComparison.Ordinal);
        Assert.Equal([(CallOutcome.Refused, "no-key")], (await limiter.SettledAsync()).Ended.Keys);
        Assert.Contains(logs.Lines, l => l.StartsWith("Warning There is no API key at", StringComparison.Ordinal));
        Mount(limiter, "first", MockClaudeOptions.DefaultKey);
        for (var i = 0; i < 600 && status != HttpStatusCode.OK; i++)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
            (status, text, _) = await limiter.SendAsync(RunningLimiter.Body);
        }
        Assert.True(status == HttpStatusCode.OK, text);
    }

    private static async Task<RunningLimiter> RotatableAsync(CapturedLogs? logs = null)
    {
        var limiter = await RunningLimiter.StartAsync(mock: new MockClaudeOptions
        {
            Organizations = [new MockOrganization(MockClaudeOptions.DefaultOrganization) { Keys = [new MockKey(MockClaudeOptions.DefaultKey) { Name = "old" }, new MockKey(Next) { Name = "next" }] }],
            EnforceLimits = false,
        }, loggers: logs?.Factory, time: new FastClock(0.01));
        Mount(limiter, "old", MockClaudeOptions.DefaultKey);
        return limiter;
    }

    private static void Rotate(RunningLimiter limiter)
    {
        Mount(limiter, "next", Next);
        limiter.Mock!.Accounts.RevokeKey(MockClaudeOptions.DefaultKey);
    }

    /// <summary>Swaps the link to the key in one step: whoever reads it sees the old one or the new one.</summary>
    private static void Mount(RunningLimiter limiter, string version, string key)
    {
        var keys = Path.Combine(limiter.Folder, LimiterPod.Keys);
        Directory.CreateDirectory(Path.Combine(keys, "..versions", version));
        File.WriteAllText(Path.Combine(keys, "..versions", version, "triage"), key + "\n");
        var link = Path.Combine(keys, "..next");
        File.CreateSymbolicLink(link, Path.Combine("..versions", version, "triage"));
        File.Move(link, KeyFile(limiter), overwrite: true);
    }

    private static string KeyFile(RunningLimiter limiter) => Path.Combine(limiter.Folder, LimiterPod.Keys, "triage");

    private static long Answered(RunningLimiter limiter, string key) =>
        limiter.Mock!.Ledger.Totals(k => k.Key == key && k.Outcome == RequestOutcome.Answered).Requests;
}
