using System.Text.Json;
using Operator.Contract;
using Operator.Limiter.Configuration;

namespace Operator.Limiter.Tests;

/// <summary>Configurations that tests vary.</summary>
internal static class Sample
{
    public static readonly string StableId = new('a', 64);
    public static readonly string CanaryId = new('b', 64);
    public static readonly string StandbyId = new('c', 64);

    public static Share Plenty { get; } = new(new(1_000, 10_000_000, 10_000_000), new(1_000, 10_000_000, 10_000_000));

    public static ModelConfiguration Model(string id, string group = "g") => new()
    {
        Id = id,
        Group = group,
        Prices = [new PriceTier { Input = 2_000, CacheWrite5m = 2_500, CacheWrite1h = 4_000, CacheRead = 100, Output = 10_000 }],
        Efforts = ["low", "medium", "high"],
    };

    public static RevisionConfiguration Revision(string id, string model = "claude-sonnet-5-5") => new()
    {
        Revision = id,
        Model = model,
        PromptName = "triage",
        PromptVersion = "v1",
        PromptDigest = new string('d', 64),
    };

    public static QuotaConfiguration Quota(Share? boot = null) => new()
    {
        Namespace = "team",
        Name = "tools",
        Groups =
        [
            new() { Group = "g", Limits = Amounts.Unlimited, Boot = boot ?? Plenty, Fallback = boot ?? Plenty },
            new() { Group = "h", Limits = Amounts.Unlimited, Boot = Plenty, Fallback = Plenty },
        ],
    };

    public static DeploymentConfiguration Deployment(string name = "triage", long generation = 1) => new()
    {
        Namespace = "team",
        Name = name,
        Generation = generation,
        Stable = Revision(StableId),
        Quota = Quota(),
        Models = [Model("claude-sonnet-5-5"), Model("claude-haiku-5-5", "h")],
    };

    public static byte[] Json(DeploymentConfiguration configuration) =>
        JsonSerializer.SerializeToUtf8Bytes(configuration, ContractJsonContext.Default.DeploymentConfiguration);

    public static ServedDeployment Served(DeploymentConfiguration configuration, ServedDeployment? previous = null) => new(configuration, previous);
}
