using Benchmarks.Allocation;
using Operator.Quotas;

namespace Benchmarks.Fairness;

/// <summary>One model group with the limits of a tier, and the deployment that draws on it.</summary>
/// <param name="Name">The deployment.</param>
/// <param name="Model">Its model.</param>
/// <param name="Group">The group's short name.</param>
/// <param name="Limits">The limits a minute.</param>
/// <param name="Bar">The most that any 60 seconds may use, in percent of the limit (design, section 6).</param>
/// <param name="IsStreaming">Whether its users ask for streams.</param>
internal sealed record Tier(string Name, string Model, string Group, ResourceVector Limits, double Bar, bool IsStreaming)
{
    public static IReadOnlyList<Tier> All { get; } =
    [
        new("scale", "claude-sonnet-5-5", "sonnet-5-5", Scenario.Scale, 100.5, IsStreaming: false),
        new("start", "claude-haiku-5-5", "haiku-5-5", Scenario.Start, 102, IsStreaming: true),
    ];

    /// <summary>Requests a second that meet the limit of the tightest dimension.</summary>
    public double Full => Math.Min(Math.Min(Limits.Requests, Limits.InputTokens / Arrivals.MeanInput), Limits.OutputTokens / Arrivals.MeanOutput) / 60;
}
