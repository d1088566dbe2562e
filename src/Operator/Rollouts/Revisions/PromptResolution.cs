namespace Operator.Rollouts.Revisions;

/// <summary>What a reference to a prompt version leads to.</summary>
internal abstract record PromptResolution
{
    private PromptResolution()
    {
    }

    /// <summary>The prompt.</summary>
    /// <param name="Name">The prompt's name.</param>
    /// <param name="Version">Its version.</param>
    /// <param name="Content">Its text. Never to be logged or shown.</param>
    /// <param name="Digest">The SHA-256 of the text.</param>
    internal sealed record Found(string Name, string Version, string Content, string Digest) : PromptResolution;

    /// <summary>Nothing usable.</summary>
    /// <param name="Reason">One of <see cref="PromptReasons"/>.</param>
    /// <param name="Message">Path, cause and what to do.</param>
    internal sealed record Failed(string Reason, string Message) : PromptResolution;
}

/// <summary>Why a prompt version cannot be used.</summary>
internal static class PromptReasons
{
    /// <summary>No ConfigMap carries the labels.</summary>
    public const string NotFound = "PromptNotFound";

    /// <summary>More than one ConfigMap carries the labels.</summary>
    public const string Ambiguous = "PromptAmbiguous";

    /// <summary>The ConfigMap has no text under the key <c>system</c>.</summary>
    public const string Empty = "PromptEmpty";

    /// <summary>The text is longer than limiters are given.</summary>
    public const string TooLarge = "PromptTooLarge";
}
