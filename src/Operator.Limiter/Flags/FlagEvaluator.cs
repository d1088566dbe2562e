using Operator.Contract;
using Operator.Limiter.Configuration;
using Operator.Limiter.Variants;

namespace Operator.Limiter.Flags;

/// <summary>What a key gets of a deployment.</summary>
/// <param name="Revision">The revision that will serve the key's requests; null with an error.</param>
/// <param name="Variant"><c>stable</c> or <c>canary</c>.</param>
/// <param name="Reason">OpenFeature's reason: <c>STATIC</c> where all keys get the same, <c>SPLIT</c> where the weight decides.</param>
/// <param name="Error">Why there is no answer; null with one.</param>
internal readonly record struct FlagAnswer(ServedRevision? Revision, string Variant, string Reason, FlagError? Error);

/// <summary>Evaluates flags by the very choice that requests are served by.</summary>
internal sealed class FlagEvaluator(VariantSelector variants, Random random)
{
    /// <summary>Which revision serves the requests of a context's key.</summary>
    public FlagAnswer Evaluate(ServedDeployment deployment, FlagContext context)
    {
        var sticky = deployment.Configuration.StickyBy;
        var split = deployment is { Canary: not null, Configuration.CanaryWeight: > 0 };
        if (split && sticky != StickyBy.Request && context.TargetingKey is null) return new(null, "", "", FlagError.TargetingKeyMissing);
        var key = Digest(context.TargetingKey);
        var revision = variants.Foresee(deployment, sticky switch
        {
            StickyBy.Conversation => new VariantKey(key, null, 0),
            StickyBy.User => new VariantKey(Digest(context.Conversation), key, 0),
            // Every request is drawn anew: who wants this answer names its revision in the request.
            _ => new VariantKey(null, null, random.Next(StickyKey.Buckets)),
        });
        if (revision is null) return new(null, "", "", FlagError.NotReady);
        return new(revision, VariantSelector.NameOf(deployment, revision), split ? "SPLIT" : "STATIC", null);
    }

    private static UInt128? Digest(string? text) => text is null ? null : StickyKey.Of(text);
}
