using System.Diagnostics;
using System.Text.Json.Nodes;
using Operator.Contract;
using Operator.Limiter.Tests.Hosting;
using Operator.Testing.Node;

namespace Operator.Limiter.Tests.Flags.OpenFeature;

/// <summary>OpenFeature's own SDK for Node and its OFREP provider, as they are, with nothing but the limiter's address.</summary>
public class OpenFeatureProviderTests
{
    private static readonly NodePackage Package = new("@openfeature/ofrep-provider", Path.Combine("Flags", "OpenFeature"), "OPENFEATURE_NODE_MODULES");
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static DeploymentConfiguration HalfAndHalf => FlagHandlerTests.AtWeight(5_000);

    [Fact]
    public async Task The_sdk_is_told_the_revision_that_serves_the_same_conversation()
    {
        await using var limiter = await RunningLimiter.StartAsync(HalfAndHalf);
        var keys = Enumerable.Range(0, 12).Select(i => $"conversation-{i}").ToArray();
        var told = await EvaluateAsync(limiter, [.. keys.Select(k => Asked("triage.promptVersion", "none", k))]);
        var revisions = new HashSet<string>();
        foreach (var (key, answer) in keys.Zip(told))
        {
            var (_, _, response) = await limiter.SendAsync(RunningLimiter.Body, (RequestHeaders.Conversation, key));
            var served = response.Headers.GetValues(RequestHeaders.Revision).Single();
            revisions.Add(served);
            var canary = served == Sample.CanaryId;
            Assert.Equal(
                (served, canary ? "v2" : "v1", canary ? "canary" : "stable", "SPLIT", null),
                ((string?)answer["flagMetadata"]!["revision"], (string?)answer["value"], (string?)answer["variant"], (string?)answer["reason"], (string?)answer["errorCode"]));
        }
        Assert.Equal(2, revisions.Count);
    }

    [Fact]
    public async Task The_sdk_understands_every_failure_and_gives_its_default()
    {
        await using var limiter = await RunningLimiter.StartAsync(HalfAndHalf);
        var told = await EvaluateAsync(
            limiter,
            [
                Asked("triage.prompt", "mine", "x"), Asked("other.model", "mine", "x"), Asked("triage.model", "mine", null), Asked("triage.model", false, "x"),
                Asked("model", "mine", "x"),
            ]);
        Assert.Equal(
            ["FLAG_NOT_FOUND mine", "FLAG_NOT_FOUND mine", "TARGETING_KEY_MISSING mine", "TYPE_MISMATCH false"],
            told.Take(4).Select(t => $"{t["errorCode"]} {t["value"]!.ToJsonString().Trim('"')}"));
        Assert.All(told.Take(4), t => Assert.Equal("ERROR", (string?)t["reason"]));
        Assert.Equal((null, "SPLIT"), ((string?)told[4]["errorCode"], (string?)told[4]["reason"]));
    }

    [Fact]
    public async Task Before_the_first_configuration_the_sdk_gives_its_default()
    {
        await using var limiter = await RunningLimiter.StartAsync(Sample.Deployment() with { Generation = -1 });
        var answer = Assert.Single(await EvaluateAsync(limiter, [Asked("model", "mine", "x")]));
        Assert.Equal(("mine", "ERROR", "GENERAL"), ((string?)answer["value"], (string?)answer["reason"], (string?)answer["errorCode"]));
    }

    private static JsonObject Asked(string key, JsonNode otherwise, string? targetingKey) => new()
    {
        ["key"] = key,
        ["type"] = otherwise.GetValueKind() == System.Text.Json.JsonValueKind.String ? "string" : "boolean",
        ["default"] = otherwise,
        ["context"] = targetingKey is null ? [] : new JsonObject { ["targetingKey"] = targetingKey },
    };

    private static async Task<IReadOnlyList<JsonNode>> EvaluateAsync(RunningLimiter limiter, JsonArray asked)
    {
        if (await Package.MissingReasonAsync() is { } reason) Assert.Skip(reason);
        var start = new ProcessStartInfo("node", ["flags.mjs"])
        {
            WorkingDirectory = Package.Folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["NO_PROXY"] = "127.0.0.1,localhost";
        using var node = Process.Start(start)!;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Limit);
        try
        {
            var (told, problems) = (node.StandardOutput.ReadToEndAsync(deadline.Token), node.StandardError.ReadToEndAsync(deadline.Token));
            await node.StandardInput.WriteAsync(new JsonObject { ["address"] = limiter.Host.Address.ToString().TrimEnd('/'), ["asked"] = asked }.ToJsonString());
            node.StandardInput.Close();
            await node.WaitForExitAsync(deadline.Token);
            Assert.True(node.ExitCode == 0, await problems);
            return [.. JsonNode.Parse(await told)!.AsArray().Select(t => t!)];
        }
        finally
        {
            if (!node.HasExited) node.Kill();
        }
    }
}
