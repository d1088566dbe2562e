using Operator.Contract;
using Operator.Limiter.Configuration;

namespace Operator.Limiter.Variants;

/// <summary>What is known of a request when its variant is chosen.</summary>
/// <param name="Conversation">The conversation's digest; null when nothing identifies one.</param>
/// <param name="User">The user's digest; null without a user.</param>
/// <param name="Random">A number of 0 to 9 999, drawn for this request.</param>
internal readonly record struct VariantKey(UInt128? Conversation, UInt128? User, int Random);

/// <summary>The variant of a request.</summary>
/// <param name="Revision">The revision; null when the deployment has none in service.</param>
/// <param name="Rehomed">The conversation began with another revision, which is no longer in service.</param>
internal readonly record struct Variant(ServedRevision? Revision, bool Rehomed);

/// <summary>Splits traffic between stable and canary.</summary>
internal sealed class VariantSelector(ConversationMemory memory)
{
    /// <summary>Chooses and remembers.</summary>
    public Variant Select(ServedDeployment deployment, in VariantKey key)
    {
        var sticky = deployment.Configuration.StickyBy != StickyBy.Request;
        var conversation = sticky ? key.Conversation : null;
        var pinned = conversation is { } known ? memory.Find(known, deployment.Key) : null;
        if (pinned is not null && StillServed(deployment, pinned) is { } same) return new(same, false);
        var chosen = Split(deployment, key);
        if (chosen is not null && conversation is { } begun) memory.Remember(begun, deployment.Key, chosen.Id);
        return new(chosen, pinned is not null);
    }

    /// <summary>The side of the split on which a key falls: below the weight to the canary, so that a higher weight moves only new keys.</summary>
    public static ServedRevision? Split(ServedDeployment deployment, in VariantKey key)
    {
        var weight = deployment.Configuration.CanaryWeight;
        if (deployment.Canary is not { } canary || weight == 0) return deployment.Stable;
        var bucket = deployment.Configuration.StickyBy switch
        {
            StickyBy.Conversation when (key.Conversation ?? key.User) is { } sticky => StickyKey.Bucket(sticky, deployment.Key, canary.Id),
            StickyBy.User when (key.User ?? key.Conversation) is { } sticky => StickyKey.Bucket(sticky, deployment.Key, canary.Id),
            _ => key.Random,
        };
        return bucket < weight ? canary : deployment.Stable;
    }

    private static ServedRevision? StillServed(ServedDeployment deployment, string revision)
    {
        if (deployment.Stable?.Id == revision) return deployment.Stable;
        if (deployment.Canary?.Id == revision) return deployment.Configuration.CanaryWeight > 0 ? deployment.Canary : null;
        return deployment.Continued.Contains(revision) ? deployment.Revision(revision) : null;
    }
}
