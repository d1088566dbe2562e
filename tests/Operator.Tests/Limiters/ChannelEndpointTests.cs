using System.Net;
using System.Text.Json;
using Operator.Contract;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Limiters.Authentication;

namespace Operator.Tests.Limiters;

/// <summary>Who is refused by the channel, why, and what it costs those who are not.</summary>
public sealed class ChannelEndpointTests
{
    private const string Instance = "0123456789abcdef0123456789abcdef";
    private readonly Dictionary<string, LimiterIdentity> _tokens = [];

    [Fact]
    public async Task Whoever_reports_as_the_instance_of_another_pod_is_refused_and_changes_nothing()
    {
        await using var channel = await ChannelUnderTest.StartAsync(_tokens.GetValueOrDefault);
        (_tokens["first"], _tokens["second"]) = (await channel.PodAsync("first"), await channel.PodAsync("second"));
        Assert.Equal(200, (await channel.ReportAsync("first", Report())).Status);

        Assert.Equal((403, "The instance belongs to another pod.\n"), await channel.ReportAsync("second", Report(sequence: 2, ends: true)));

        Assert.Equal(1, Assert.Single(channel.Refusals, r => r.Key == "foreign-instance").Value);
        // The first pod's limiter did not end, and its next report counts.
        Assert.Equal(1, channel.Reporting);
        Assert.Equal(200, (await channel.ReportAsync("first", Report(sequence: 2))).Status);
        // An instance of its own is all that the second one lacks.
        Assert.Equal(200, (await channel.ReportAsync("second", Report(instance: new string('f', 32)))).Status);
        Assert.Equal(2, channel.Reporting);
    }

    [Fact]
    public async Task A_pod_that_is_not_known_is_asked_to_try_again_until_it_is()
    {
        await using var channel = await ChannelUnderTest.StartAsync(_tokens.GetValueOrDefault);
        var known = await channel.PodAsync("known");
        _tokens["strange"] = new LimiterIdentity("team-a", "strange", "a-uid");
        // Made anew under the same name, the pod is another one.
        _tokens["former"] = known with { PodUid = "of-the-pod-before" };
        _tokens["elsewhere"] = known with { Namespace = "opted-in" };
        foreach (var (token, limiter) in _tokens)
        {
            var told = $"The pod {limiter.Namespace}/{limiter.Pod} is not known, or has no limiter; try again.\n";
            Assert.Equal((503, told), await channel.ReportAsync(token, Report()));
            var (status, text, headers) = await channel.AskAsync("GET", ChannelProtocol.ConfigurationPath, "Bearer " + token);
            Assert.Equal((503, told), (status, text));
            // Another replica would know no more.
            Assert.False(headers.ContainsKey(ChannelProtocol.FollowerHeader));
        }
        Assert.Equal(6, Assert.Single(channel.Refusals).Value);
        Assert.Equal("unknown-pod", channel.Refusals.Keys.Single());
        Assert.Equal(0, channel.Reporting);

        _tokens["strange"] = await channel.PodAsync("strange");
        Assert.Equal(200, (await channel.ReportAsync("strange", Report())).Status);
    }

    [Fact]
    public async Task Without_a_token_that_is_known_to_be_good_nobody_is_answered()
    {
        var failures = new Dictionary<string, Exception>
        {
            ["api"] = new KubernetesException(HttpStatusCode.InternalServerError, new V1Status { Message = "etcd is away", Code = 500 }),
            ["keys"] = new TokenNotCheckedException("no keys yet"),
            ["network"] = new HttpRequestException("refused"),
            ["connection"] = new IOException("reset"),
            ["time"] = new TimeoutException("late"),
        };
        await using var channel = await ChannelUnderTest.StartAsync(token => failures.TryGetValue(token, out var failure) ? throw failure : _tokens.GetValueOrDefault(token));
        foreach (var header in new[] { null, "", "Bearer", "Bearer ", "Basic Zm9v", "good" })
        {
            var (status, text, _) = await channel.AskAsync("POST", ChannelProtocol.ReportPath, header, Report());
            Assert.Equal(401, status);
            Assert.StartsWith("A bearer token is needed", text, StringComparison.Ordinal);
        }
        Assert.Equal((401, "The token is not good for this operator, or is not of a pod.\n"), await channel.ReportAsync("forged", Report()));
        foreach (var token in failures.Keys) Assert.Equal((503, "The token could not be checked; try again.\n"), await channel.ReportAsync(token, Report()));

        Assert.Equal(
            new Dictionary<string, long> { ["no-token"] = 6, ["bad-token"] = 1, ["unchecked-token"] = 5 }.OrderBy(r => r.Key), channel.Refusals.OrderBy(r => r.Key));
    }

    [Fact]
    public async Task A_report_that_cannot_be_read_or_taken_is_refused_with_where_it_is_wrong()
    {
        await using var channel = await ChannelUnderTest.StartAsync(_tokens.GetValueOrDefault);
        _tokens["good"] = await channel.PodAsync("good");
        (string Body, string Told)[] cases =
        [
            ("", "The report cannot be read at $."),
            ("{\"instance\":", "The report cannot be read at $"),
            ("[]", "The report cannot be read at $"),
            (Report().Replace("\"sequence\":1", "\"sequence\":\"one\"", StringComparison.Ordinal), "The report cannot be read at $.sequence."),
            ("null", "The report cannot be taken: it is null."),
            (Report(instance: "short"), "The report cannot be taken: instance must be 32 hexadecimal digits."),
            (Report(sequence: 0), "The report cannot be taken: sequence must be 1 or more."),
        ];
        foreach (var (body, told) in cases)
        {
            var (status, text) = await channel.ReportAsync("good", body);
            Assert.Equal(400, status);
            Assert.StartsWith(told, text, StringComparison.Ordinal);
        }
        Assert.Equal(cases.Length, Assert.Single(channel.Refusals, r => r.Key == "bad-report").Value);
        Assert.Equal(0, channel.Reporting);
    }

    [Fact]
    public async Task A_brief_report_counts_for_a_limiter_that_is_known_by_a_whole_one()
    {
        await using var channel = await ChannelUnderTest.StartAsync(_tokens.GetValueOrDefault);
        (_tokens["one"], _tokens["other"]) = (await channel.PodAsync("one"), await channel.PodAsync("other"));

        Assert.False(await KnownAsync("one", Report(sequence: 7, brief: true)));
        Assert.Equal(0, channel.Reporting);

        Assert.True(await KnownAsync("one", Report(sequence: 8)));
        Assert.True(await KnownAsync("one", Report(sequence: 9, brief: true)));
        Assert.Equal(1, channel.Reporting);
        Assert.Equal(403, (await channel.ReportAsync("other", Report(sequence: 10, brief: true))).Status);

        // A limiter that has ended has no leases any more: it would have to begin anew.
        Assert.True(await KnownAsync("one", Report(sequence: 11, ends: true)));
        Assert.False(await KnownAsync("one", Report(sequence: 12, brief: true)));

        async Task<bool> KnownAsync(string token, string body)
        {
            var (status, text) = await channel.ReportAsync(token, body);
            Assert.Equal(200, status);
            var answer = JsonSerializer.Deserialize(text, ContractJsonContext.Default.ReportAnswer)!;
            Assert.Empty(answer.Leases);
            return answer.Known;
        }
    }

    [Fact]
    public async Task A_replica_that_does_not_lead_says_so_before_it_looks_at_a_token()
    {
        await using var channel = await ChannelUnderTest.StartAsync(_ => throw new InvalidOperationException("a follower asked about a token"), leads: false);
        foreach (var (method, path) in new[] { ("GET", ChannelProtocol.ConfigurationPath), ("POST", ChannelProtocol.ReportPath) })
        {
            var (status, text, headers) = await channel.AskAsync(method, path, "Bearer good", Report());
            Assert.Equal((503, "This replica does not lead; another one answers.\n"), (status, text));
            Assert.Equal("true", headers[ChannelProtocol.FollowerHeader]);
        }
        Assert.Empty(channel.Refusals);
    }

    [Fact]
    public async Task There_are_two_paths_with_a_method_each()
    {
        await using var channel = await ChannelUnderTest.StartAsync(_ => null, leads: false);
        (string Method, string Path, int Status, string? Allowed)[] cases =
        [
            ("GET", "/", 404, null), ("GET", "/v1/configuration/", 404, null), ("POST", "/v1/reports", 404, null),
            ("POST", ChannelProtocol.ConfigurationPath, 405, "GET"), ("GET", ChannelProtocol.ReportPath, 405, "POST"), ("PUT", ChannelProtocol.ReportPath, 405, "POST"),
        ];
        foreach (var (method, path, expected, allowed) in cases)
        {
            var (status, _, headers) = await channel.AskAsync(method, path, "Bearer good");
            Assert.Equal((method, path, expected, allowed), (method, path, status, headers.TryGetValue("Allow", out var given) ? given.ToString() : null));
        }
    }

    private static string Report(long sequence = 1, string instance = Instance, bool ends = false, bool brief = false) => JsonSerializer.Serialize(
        new Report { Instance = instance, Namespace = "team-a", Pod = "any", Sequence = sequence, Ends = ends, Brief = brief }, ContractJsonContext.Default.Report);
}
