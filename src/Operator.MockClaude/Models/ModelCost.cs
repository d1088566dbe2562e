using Operator.MockClaude.Messages;

namespace Operator.MockClaude.Models;

/// <summary>What usage costs.</summary>
internal static class ModelCost
{
    /// <summary>USD, exact.</summary>
    /// <param name="model">Whose prices.</param>
    /// <param name="usage">What was used.</param>
    /// <param name="batch">Half of every price.</param>
    /// <param name="fast">The price of fast mode, where the model has one.</param>
    /// <param name="usOnly"><c>inference_geo: "us"</c> costs a tenth more.</param>
    public static decimal Of(ModelEntry model, in TokenUsage usage, bool batch = false, bool fast = false, bool usOnly = false)
    {
        var price = usage.Prompt > model.LongPromptAbove && model.LongPromptPrice is { } longer ? longer : model.Price;
        if (fast && model.FastPrice is { } faster) price = faster;
        var cost = (usage.Input * price.Input + usage.CacheWrite5m * price.Write5m + usage.CacheWrite1h * price.Write1h
            + usage.CacheRead * price.Read + usage.Output * price.Output) / 1_000_000m;
        if (batch) cost /= 2;
        return usOnly ? cost * 1.1m : cost;
    }
}
