using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.Runtime.Health;
using Operator.Testing;

namespace Operator.Runtime.Tests.Health;

public class HealthEndpointTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly List<HealthCheck> _checks = [];

    [Fact]
    public async Task All_well_is_ok()
    {
        Add(HealthProbe.Ready, "informers", HealthResult.Healthy());
        Assert.Equal((200, "ok"), await GetAsync("/readyz"));
        Assert.Equal((200, "ok"), await GetAsync("/healthz"));
        Assert.Equal((200, "ok"), await GetAsync("/healthz/"));
    }

    [Fact]
    public async Task A_failure_is_500_with_every_check_listed()
    {
        Add(HealthProbe.Ready, "informers", HealthResult.Unhealthy("not synced"));
        Assert.Equal((500, "[+]ping ok\n[-]informers failed: not synced\nreadyz check failed\n"), await GetAsync("/readyz"));
        Assert.Equal((200, "ok"), await GetAsync("/healthz"));
    }

    [Fact]
    public async Task Verbose_lists_the_checks_when_all_is_well()
    {
        Add(HealthProbe.Ready, "informers", HealthResult.Healthy());
        Assert.Equal((200, "[+]ping ok\n[+]informers ok\nreadyz check passed\n"), await GetAsync("/readyz", "?verbose"));
        Assert.Equal((200, "[+]ping ok\n[+]informers ok\nreadyz check passed\n"), await GetAsync("/readyz", "?verbose=true"));
    }

    [Fact]
    public async Task Each_check_has_its_path()
    {
        Add(HealthProbe.Ready, "a", HealthResult.Healthy());
        Add(HealthProbe.Ready, "b", HealthResult.Unhealthy("no"));
        Assert.Equal(200, (await GetAsync("/readyz/a")).Status);
        Assert.Equal(500, (await GetAsync("/readyz/b")).Status);
        Assert.Equal(404, (await GetAsync("/readyz/c")).Status);
        Assert.Equal(404, (await GetAsync("/healthz/a")).Status);
        Assert.Equal(404, (await GetAsync("/other")).Status);
    }

    [Fact]
    public async Task Excluded_checks_do_not_run_and_unknown_ones_are_told()
    {
        Add(HealthProbe.Ready, "a", HealthResult.Unhealthy("no"));
        Assert.Equal((200, "ok"), await GetAsync("/readyz", "?exclude=a"));
        var (status, text) = await GetAsync("/readyz", "?exclude=a&exclude=b&verbose");
        Assert.Equal(200, status);
        Assert.Contains("[+]a excluded: ok\n", text, StringComparison.Ordinal);
        Assert.Contains("warn: there is no check to exclude: b\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_that_throws_fails_and_tells_nothing()
    {
        _checks.Add(new HealthCheck(HealthProbe.Health, "a", _ => throw new InvalidOperationException("secret-4711")));
        var (status, text) = await GetAsync("/healthz");
        Assert.Equal(500, status);
        Assert.DoesNotContain("4711", text, StringComparison.Ordinal);
        Assert.Contains("reason withheld", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_that_hangs_fails_and_delays_no_other()
    {
        var never = new TaskCompletionSource<HealthResult>();
        _checks.Add(new HealthCheck(HealthProbe.Ready, "slow", _ => new ValueTask<HealthResult>(never.Task)));
        Add(HealthProbe.Ready, "quick", HealthResult.Healthy());
        var answer = GetAsync("/readyz");
        Assert.False(answer.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(3));
        var (status, text) = await answer.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(500, status);
        Assert.Contains("[-]slow failed: no answer within 3 s\n[+]quick ok", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_get_and_head_are_served() =>
        Assert.Equal(405, (await GetAsync("/healthz", method: "POST")).Status);

    [Fact]
    public async Task A_description_stays_on_its_line()
    {
        Add(HealthProbe.Ready, "a", HealthResult.Unhealthy("one\r\n[+]b ok"));
        Assert.Contains("[-]a failed: one [+]b ok\n", (await GetAsync("/readyz")).Text, StringComparison.Ordinal);
    }

    private void Add(HealthProbe probe, string name, HealthResult result) => _checks.Add(new HealthCheck(probe, name, _ => ValueTask.FromResult(result)));

    private async Task<(int Status, string Text)> GetAsync(string path, string query = "", string method = "GET")
    {
        var endpoint = new HealthEndpoint(_checks, new HealthOptions(), _clock, NullLogger<HealthEndpoint>.Instance);
        var http = new DefaultHttpContext();
        http.Request.Method = method;
        http.Request.Path = path;
        http.Request.QueryString = new QueryString(query);
        http.Response.Body = new MemoryStream();
        await endpoint.ServeAsync(http);
        return (http.Response.StatusCode, System.Text.Encoding.UTF8.GetString(((MemoryStream)http.Response.Body).ToArray()));
    }
}
