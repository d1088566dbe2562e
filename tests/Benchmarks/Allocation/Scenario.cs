using Operator.Quotas;

namespace Benchmarks.Allocation;

/// <summary>One run of the simulation.</summary>
internal sealed record Scenario
{
    public static ResourceVector Start { get; } = new(1_000, 2_000_000, 400_000);

    public static ResourceVector Scale { get; } = new(10_000, 10_000_000, 2_000_000);

    public required string Name { get; init; }

    public ResourceVector Limits { get; init; } = Scale;

    public int Limiters { get; init; } = 40;

    /// <summary>Offered load against the limit of the tightest dimension.</summary>
    public double Load { get; init; } = 1.5;

    public double Zipf { get; init; } = 1.2;

    public bool Reshuffles { get; init; } = true;

    public double Seconds { get; init; } = 600;

    /// <summary>Every message, either way, is lost with this probability.</summary>
    public double Loss { get; init; }

    /// <summary>While nobody leads: from, to. A new leader follows unless <see cref="SameLeader"/>.</summary>
    public (double From, double To)? Outage { get; init; }

    public double Safety { get; init; } = 0.01;

    public int Seed { get; init; } = 20261120;

    /// <summary>The dimension whose limit the load meets first.</summary>
    public int Tightest
    {
        get
        {
            double[] rates = [Limits.Requests, Limits.InputTokens / Arrivals.MeanInput, Limits.OutputTokens / Arrivals.MeanOutput];
            return Array.IndexOf(rates, rates.Min());
        }
    }
}
