namespace Operator.Limiter.Flags;

/// <summary>Why a flag has no value.</summary>
/// <param name="Status">The HTTP status when the flag was asked for alone.</param>
/// <param name="Code">OpenFeature's error code.</param>
/// <param name="Details">A sentence for the caller: never what it sent.</param>
internal sealed record FlagError(int Status, string Code, string Details)
{
    /// <summary>The body cannot be read.</summary>
    public const string Parse = "PARSE_ERROR";

    /// <summary>The context has the wrong form.</summary>
    public const string InvalidContext = "INVALID_CONTEXT";

    /// <summary>There is no such flag.</summary>
    public static FlagError NotFound(string details) => new(404, "FLAG_NOT_FOUND", details);

    /// <summary>The split needs a key, and the context has none.</summary>
    public static FlagError TargetingKeyMissing { get; } =
        new(400, "TARGETING_KEY_MISSING", "The deployment has a canary: context.targetingKey must name the conversation or user that sticks to its side.");

    /// <summary>A deployment that cannot serve yet.</summary>
    public static FlagError NotReady { get; } = new(400, "GENERAL", "The deployment has no revision in service yet.");

    /// <summary>A limiter that has nothing to tell yet.</summary>
    public static FlagError NoConfiguration { get; } = new(503, "GENERAL", "The limiter has no configuration yet.");
}
