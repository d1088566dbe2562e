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
    /// <summary>The name of the revision that serves what the canary does not.</summary>
    public const string Stable = "stable";

    /// <summary>The name of the revision that is being rolled out.</summary>
    public const string Canary = "canary";

    /// <summary>Chooses and remembers.</summary>
    public Variant Select(ServedDeployment deployment, in VariantKey key)
    {
        var variant = Look(deployment, key, out var begun);
        if (begun is { } conversation && variant.Revision is { } revision) memory.Remember(conversation, deployment.Key, revision.Id);
        return variant;
    }

    /// <summary>
    /// Chooses what <see cref="Select"/> will choose for the key's next request. A conversation that is not known yet begins with this
    /// answer, so that its requests keep to it. One whose revision went out of service is left as it is: its next request has to learn
    /// that it was rehomed.
    /// </summary>
    public ServedRevision? Foresee(ServedDeployment deployment, in VariantKey key)
    {
        var variant = Look(deployment, key, out var begun);
        if (begun is { } conversation && variant is { Revision: { } revision, Rehomed: false })
        {
            memory.Remember(conversation, deployment.Key, revision.Id);
        }
        return variant.Revision;
    }

    /// <summary>What a revision is called in a deployment: <see cref="Canary"/>, or <see cref="Stable"/> for any other.</summary>
    public static string NameOf(ServedDeployment deployment, ServedRevision revision) => revision.Id == deployment.Canary?.Id ? Canary : Stable;

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

    /// <param name="deployment">The deployment.</param>
    /// <param name="key">The request.</param>
    /// <param name="begun">The conversation that has to be remembered with the answer; null when none has to.</param>
    private Variant Look(ServedDeployment deployment, in VariantKey key, out UInt128? begun)
    {
        begun = deployment.Configuration.StickyBy != StickyBy.Request ? key.Conversation : null;
        var pinned = begun is { } known ? memory.Find(known, deployment.Key) : null;
        if (pinned is null || StillServed(deployment, pinned) is not { } same) return new(Split(deployment, key), pinned is not null);
        begun = null;
        return new(same, false);
    }

    private static ServedRevision? StillServed(ServedDeployment deployment, string revision)
    {
        if (deployment.Stable?.Id == revision) return deployment.Stable;
        if (deployment.Canary?.Id == revision) return deployment.Configuration.CanaryWeight > 0 ? deployment.Canary : null;
        return deployment.Continued.Contains(revision) ? deployment.Revision(revision) : null;
    }
}
