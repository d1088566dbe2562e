using Operator.Contract;

namespace Operator.Limiter.Usage;

/// <summary>What an answer used, as far as it is known.</summary>
internal struct TokenUsage
{
    /// <summary>Uncached input tokens.</summary>
    public long Input;

    /// <summary>Tokens written to the cache, for any time.</summary>
    public long CacheWrite;

    /// <summary>Of <see cref="CacheWrite"/>, those kept for an hour.</summary>
    public long CacheWrite1h;

    /// <summary>Tokens read from the cache.</summary>
    public long CacheRead;

    /// <summary>Output tokens.</summary>
    public long Output;

    /// <summary>The whole prompt.</summary>
    public readonly long Prompt => Input + CacheWrite + CacheRead;

    /// <summary>The share of the prompt that was read from the cache, 0 to 1.</summary>
    public readonly double CachedShare => Prompt == 0 ? 0 : (double)CacheRead / Prompt;

    /// <summary>Input tokens that count toward the limit of a model.</summary>
    public readonly long Counted(ModelConfiguration model) => Input + CacheWrite + (model.CacheReadsCount ? CacheRead : 0);

    /// <summary>What it costs, in nanodollars; saturates instead of overflowing. Zero where prices are not known.</summary>
    public readonly long Cost(ModelConfiguration model)
    {
        if (model.Prices.Count == 0) return 0;
        var prompt = Prompt;
        var tier = model.Prices[^1];
        foreach (var each in model.Prices)
        {
            if (each.MaxPromptTokens is { } max && prompt > max) continue;
            tier = each;
            break;
        }
        var hour = Math.Min(CacheWrite1h, CacheWrite);
        var sum = ((Int128)Input * tier.Input) + ((Int128)(CacheWrite - hour) * tier.CacheWrite5m) + ((Int128)hour * tier.CacheWrite1h)
            + ((Int128)CacheRead * tier.CacheRead) + ((Int128)Output * tier.Output);
        return sum > long.MaxValue ? long.MaxValue : (long)sum;
    }
}
