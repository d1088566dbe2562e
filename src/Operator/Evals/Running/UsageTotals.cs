using System.Collections.Immutable;
using Operator.Contract;

namespace Operator.Evals.Running;

/// <summary>Tokens of many calls of one model.</summary>
/// <param name="Model">The model.</param>
/// <param name="IsLong">Whether the prompts are those above <see cref="UsageTotals.LongPrompt"/> tokens, which may have other prices.</param>
internal sealed record UsageLine(string Model, bool IsLong)
{
    /// <summary>Uncached input.</summary>
    public long Input { get; init; }

    /// <summary>Written to the cache for five minutes.</summary>
    public long CacheWrite5m { get; init; }

    /// <summary>Written to the cache for an hour.</summary>
    public long CacheWrite1h { get; init; }

    /// <summary>Read from the cache.</summary>
    public long CacheRead { get; init; }

    /// <summary>Output.</summary>
    public long Output { get; init; }
}

/// <summary>Sums tokens by model, and prices them.</summary>
internal static class UsageTotals
{
    /// <summary>The prompt size in tokens at which prices of a model may change.</summary>
    public const long LongPrompt = 100_000;

    private const decimal NanodollarsPerDollar = 1_000_000_000m;

    /// <summary>The tokens of one reply.</summary>
    public static UsageLine Of(MessageReply reply, string askedModel)
    {
        ArgumentNullException.ThrowIfNull(reply);
        var usage = reply.Usage ?? new TokenUsage();
        var hour = usage.CacheCreation?.Ephemeral1hInputTokens ?? 0;
        // Without the split, writes are those of five minutes: the default.
        var minutes = usage.CacheCreation?.Ephemeral5mInputTokens ?? Math.Max(0, (usage.CacheCreationInputTokens ?? 0) - hour);
        var prompt = (usage.InputTokens ?? 0) + minutes + hour + (usage.CacheReadInputTokens ?? 0);
        return new UsageLine(reply.Model is { Length: > 0 } model ? model : askedModel, prompt > LongPrompt)
        {
            Input = usage.InputTokens ?? 0,
            CacheWrite5m = minutes,
            CacheWrite1h = hour,
            CacheRead = usage.CacheReadInputTokens ?? 0,
            Output = usage.OutputTokens ?? 0,
        };
    }

    /// <summary>The sums by model, ordered by its name.</summary>
    public static ImmutableArray<UsageLine> Sum(IEnumerable<UsageLine> lines) =>
    [
        .. lines.GroupBy(l => (l.Model, l.IsLong)).OrderBy(g => g.Key.Model, StringComparer.Ordinal).ThenBy(g => g.Key.IsLong).Select(g =>
            new UsageLine(g.Key.Model, g.Key.IsLong)
            {
                Input = g.Sum(l => l.Input),
                CacheWrite5m = g.Sum(l => l.CacheWrite5m),
                CacheWrite1h = g.Sum(l => l.CacheWrite1h),
                CacheRead = g.Sum(l => l.CacheRead),
                Output = g.Sum(l => l.Output),
            }),
    ];

    /// <summary>What the tokens cost in dollars; null when the price of a model is not known.</summary>
    /// <param name="lines">The tokens.</param>
    /// <param name="prices">The prices of a model; null or empty where they are not known.</param>
    public static decimal? Cost(IEnumerable<UsageLine> lines, Func<string, IReadOnlyList<PriceTier>?> prices)
    {
        var cost = 0m;
        foreach (var line in lines)
        {
            var prompt = line.IsLong ? LongPrompt + 1 : LongPrompt;
            var tier = prices(line.Model)?.OrderBy(t => t.MaxPromptTokens ?? long.MaxValue).FirstOrDefault(t => t.MaxPromptTokens is null || prompt <= t.MaxPromptTokens);
            if (tier is null) return null;
            cost += ((decimal)line.Input * tier.Input) + ((decimal)line.CacheWrite5m * tier.CacheWrite5m) + ((decimal)line.CacheWrite1h * tier.CacheWrite1h)
                + ((decimal)line.CacheRead * tier.CacheRead) + ((decimal)line.Output * tier.Output);
        }
        return cost / NanodollarsPerDollar;
    }
}
