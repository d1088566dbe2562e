using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Operator.Contract;
using Operator.Limiter.Tests.Hosting;

namespace Operator.Limiter.Tests.Flags;

public class FlagHandlerTests
{
    private const string Planted = "planted-prompt-of-the-team";

    [Theory]
    [InlineData("triage.promptVersion", "v1")]
    [InlineData("triage.model", "claude-sonnet-5-5")]
    [InlineData("promptVersion", "v1")]
    [InlineData("model", "claude-sonnet-5-5")]
    [InlineData("revision", null)]
    public async Task A_flag_without_a_canary_is_static_and_needs_no_key(string key, string? value)
    {
        await using var limiter = await RunningLimiter.StartAsync();
        var (status, answer) = await AskAsync(limiter, key, "{}");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(
            (key, value ?? Sample.StableId, "STATIC", "stable"),
            ((string?)answer["key"], (string?)answer["value"], (string?)answer["reason"], (string?)answer["variant"]));
        Assert.Equal((Sample.StableId, "triage"), ((string?)answer["metadata"]!["revision"], (string?)answer["metadata"]!["deployment"]));
    }

    [Theory]
    [InlineData(0, "STATIC", "stable")]
    [InlineData(10_000, "SPLIT", "canary")]
    public async Task The_weight_decides_and_says_so(int weight, string reason, string variant)
    {
        await using var limiter = await RunningLimiter.StartAsync(AtWeight(weight));
        var (_, answer) = await AskAsync(limiter, "triage.promptVersion", Key("somebody"));
        Assert.Equal((reason, variant), ((string?)answer["reason"], (string?)answer["variant"]));
        Assert.Equal(variant == "canary" ? "v2" : "v1", (string?)answer["value"]);
    }

    [Theory]
    [InlineData("triage.model", "{}", 400, "TARGETING_KEY_MISSING")]
    [InlineData("triage.model", """{"context":{"targetingKey":""}}""", 400, "TARGETING_KEY_MISSING")]
    [InlineData("triage.prompt", "{}", 404, "FLAG_NOT_FOUND")]
    [InlineData("other.model", "{}", 404, "FLAG_NOT_FOUND")]
    [InlineData("", "{}", 404, "FLAG_NOT_FOUND")]
    [InlineData("triage.model", "{\"context\":", 400, "PARSE_ERROR")]
    [InlineData("triage.model", """{"context":7}""", 400, "INVALID_CONTEXT")]
    public async Task A_failure_has_the_protocols_code(string key, string body, int status, string code)
    {
        await using var limiter = await RunningLimiter.StartAsync(AtWeight(5_000));
        var (got, answer) = await AskAsync(limiter, key, body);
        Assert.Equal((status, code), ((int)got, (string?)answer["errorCode"]));
        Assert.NotEmpty((string?)answer["errorDetails"] ?? "");
        Assert.Null(answer["value"]);
    }

    [Fact]
    public async Task A_deployment_without_a_revision_and_a_limiter_without_a_deployment_say_so()
    {
        await using var limiter = await RunningLimiter.StartAsync(Sample.Deployment() with { Stable = null });
        var (status, answer) = await AskAsync(limiter, "model", "{}");
        Assert.Equal((HttpStatusCode.BadRequest, "GENERAL"), (status, (string?)answer["errorCode"]));
        await using var empty = await RunningLimiter.StartAsync(Sample.Deployment() with { Generation = -1 });
        Assert.Empty(empty.State.Configuration.Current.Deployments);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await AskAsync(empty, "model", "{}")).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await BulkAsync(empty, "{}")).StatusCode);
    }

    [Fact]
    public async Task All_flags_come_at_once_and_only_again_when_they_differ()
    {
        await using var limiter = await RunningLimiter.StartAsync(AtWeight(10_000));
        Assert.Null(limiter.State.Configuration.Apply("test", Sample.Deployment("help.desk")));
        using var first = await BulkAsync(limiter, Key("somebody"));
        var flags = JsonNode.Parse(await first.Content.ReadAsStringAsync())!["flags"]!.AsArray();
        Assert.Equal(
            ["help.desk.promptVersion v1", "help.desk.model claude-sonnet-5-5", $"help.desk.revision {Sample.StableId}",
                "triage.promptVersion v2", "triage.model claude-haiku-5-5", $"triage.revision {Sample.CanaryId}"],
            flags.Select(f => $"{f!["key"]} {f["value"]}"));
        var tag = first.Headers.ETag!.Tag;
        foreach (var held in new[] { tag, $"W/{tag}", $"\"other\", {tag}", "*" })
        {
            using var same = await BulkAsync(limiter, Key("somebody"), held);
            Assert.Equal((HttpStatusCode.NotModified, tag, 0), (same.StatusCode, same.Headers.ETag!.Tag, (await same.Content.ReadAsByteArrayAsync()).Length));
        }
        Assert.Null(limiter.State.Configuration.Apply("test", Sample.Deployment("help.desk", 2) with { Stable = Sample.Revision(Sample.StandbyId) }));
        using var changed = await BulkAsync(limiter, Key("somebody"), tag);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.NotEqual(tag, changed.Headers.ETag!.Tag);
    }

    [Fact]
    public async Task A_pod_of_several_deployments_needs_full_names_and_answers_what_it_can_at_once()
    {
        await using var limiter = await RunningLimiter.StartAsync(AtWeight(5_000));
        Assert.Null(limiter.State.Configuration.Apply("test", Sample.Deployment("help.desk")));
        var (status, answer) = await AskAsync(limiter, "model", "{}");
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Contains("help.desk, triage", (string?)answer["errorDetails"], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(limiter, "help.desk.model", "{}")).Status);
        using var all = await BulkAsync(limiter, "{}");
        Assert.Equal(HttpStatusCode.OK, all.StatusCode);
        Assert.Equal(
            [null, null, null, "TARGETING_KEY_MISSING", "TARGETING_KEY_MISSING", "TARGETING_KEY_MISSING"],
            JsonNode.Parse(await all.Content.ReadAsStringAsync())!["flags"]!.AsArray().Select(f => (string?)f!["errorCode"]));
    }

    [Fact]
    public async Task Prompts_are_never_told_and_evaluations_are_no_calls()
    {
        var configuration = AtWeight(5_000);
        configuration = configuration with
        {
            Stable = configuration.Stable! with { SystemPrompt = Planted }, Canary = configuration.Canary! with { SystemPrompt = Planted },
        };
        await using var limiter = await RunningLimiter.StartAsync(configuration);
        using var all = await BulkAsync(limiter, Key("somebody"));
        Assert.DoesNotContain(Planted, await all.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var (_, one) = await AskAsync(limiter, "promptVersion", Key("somebody"));
        Assert.DoesNotContain(Planted, one.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal((0, 2), (limiter.State.Counts.Received, limiter.State.Counts.FlagEvaluations["answered"]));
        using var health = new HttpClient { BaseAddress = limiter.Host.HealthAddress };
        Assert.Contains("claude_limiter_flag_evaluations_total{result=\"answered\"} 2", await health.GetStringAsync("/metrics"), StringComparison.Ordinal);
        await limiter.Host.StopAsync();
        Assert.Equal(0, limiter.Calls.Length);
    }

    [Fact]
    public async Task Only_post_with_a_body_of_a_bounded_size_is_taken()
    {
        await using var limiter = await RunningLimiter.StartAsync();
        using var get = await limiter.Client.GetAsync("/ofrep/v1/evaluate/flags");
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "POST"), (get.StatusCode, get.Content.Headers.Allow.Single()));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await AskAsync(limiter, "model", Key(new string('k', 300 * 1024)))).Status);
        using var near = await limiter.Client.PostAsync("/ofrep/v1/evaluate/flagsmore", null);
        Assert.Equal(HttpStatusCode.NotFound, near.StatusCode);
        Assert.Equal(1, limiter.State.Counts.Received);
    }

    [Fact]
    public async Task Whatever_is_sent_is_answered_by_the_protocol()
    {
        var logs = new CapturedLogs();
        await using var limiter = await RunningLimiter.StartAsync(AtWeight(5_000), loggers: logs.Factory);
        string[] keys = ["", "/model", "/triage.model", "/triage.", "/.model", "/%00", "/a%2fb", "/%F0%9F%98%80.model", "//", "/../flags"];
        string[] parts = ["{", "}", "\"context\"", ":", "\"targetingKey\"", "\"k\"", "[", "]", ",", "null", "1e999", "\\ud800", "\u0000", "\"\\ud83d\"", " "];
        var seen = new HashSet<int>();
        for (var i = 0; i < 1_000; i++)
        {
            var random = new Random(i);
            var body = random.Next(4) == 0 ? Key($"k{i}") : string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => parts[random.Next(parts.Length)]));
            var request = $"POST /ofrep/v1/evaluate/flags{keys[random.Next(keys.Length)]} HTTP/1.1\r\nhost: x\r\nif-none-match: {(random.Next(2) == 0 ? "\"" : "W/\"x\"")}\r\n"
                + $"connection: close\r\ncontent-length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";
            var got = await RawAnswer.ExchangeAsync(limiter.Host.Address.Port, Encoding.UTF8.GetBytes(request));
            var answer = Assert.Single(RawAnswer.ReadAll(got));
            Assert.True(answer is { Whole: true, Status: 200 or 400 or 404 }, $"case {i}: {Encoding.Latin1.GetString(got)}");
            seen.Add(answer.Status);
        }
        Assert.Equal([200, 400, 404], seen.Order());
        Assert.DoesNotContain(logs.Lines, l => l.StartsWith("Error", StringComparison.Ordinal));
    }

    internal static DeploymentConfiguration AtWeight(int weight, long generation = 1, StickyBy sticky = StickyBy.Conversation) => Sample.Deployment(generation: generation) with
    {
        Canary = Sample.Revision(Sample.CanaryId, "claude-haiku-5-5") with { PromptVersion = "v2" }, CanaryWeight = weight, StickyBy = sticky,
    };

    internal static string Key(string key) => new JsonObject { ["context"] = new JsonObject { ["targetingKey"] = key } }.ToJsonString();

    internal static async Task<(HttpStatusCode Status, JsonNode Body)> AskAsync(RunningLimiter limiter, string key, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await limiter.Client.PostAsync($"/ofrep/v1/evaluate/flags/{key}", content);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    private static async Task<HttpResponseMessage> BulkAsync(RunningLimiter limiter, string body, string? held = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/ofrep/v1/evaluate/flags") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (held is not null) request.Headers.TryAddWithoutValidation("if-none-match", held);
        return await limiter.Client.SendAsync(request);
    }
}
