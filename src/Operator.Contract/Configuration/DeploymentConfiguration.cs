namespace Operator.Contract;

/// <summary>
/// What a limiter knows of one ClaudeDeployment. It is the content of the deployment's limiter ConfigMap and, unchanged, a part of
/// every message of the configuration stream: of two versions the one with the higher <see cref="Generation"/> holds.
/// </summary>
public sealed record DeploymentConfiguration
{
    /// <summary>The form of this document; a limiter refuses a form that it does not know.</summary>
    public string ApiVersion { get; init; } = CurrentApiVersion;

    /// <summary>The form that this assembly writes and reads.</summary>
    public const string CurrentApiVersion = "limiter.claudeops.dev/v1";

    /// <summary>The deployment's namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>The deployment's name: a request may name it in <c>x-claude-deployment</c> or as its model.</summary>
    public required string Name { get; init; }

    /// <summary>Rises with every change of this document, by one.</summary>
    public required long Generation { get; init; }

    /// <summary>The lane of requests that do not name one.</summary>
    public Lane Lane { get; init; } = Lane.Standard;

    /// <summary>What stays on one side of the split.</summary>
    public StickyBy StickyBy { get; init; } = StickyBy.Conversation;

    /// <summary>The revision that serves what the canary does not; null until a first revision passed its gates.</summary>
    public RevisionConfiguration? Stable { get; init; }

    /// <summary>The revision that is being rolled out; null when none is.</summary>
    public RevisionConfiguration? Canary { get; init; }

    /// <summary>The canary's share of traffic in hundredths of a percent: 0 to 10 000; 0 without a canary.</summary>
    public int CanaryWeight { get; init; }

    /// <summary>Revisions without a share of traffic: former stable ones ready for a rollback, and the one under evaluation.</summary>
    public IReadOnlyList<RevisionConfiguration> Standby { get; init; } = [];

    /// <summary>Models tried in this order when the revision's own is overloaded.</summary>
    public IReadOnlyList<string> Fallback { get; init; } = [];

    /// <summary>The budget that requests draw on.</summary>
    public required QuotaConfiguration Quota { get; init; }

    /// <summary>What a limiter must know of every model that it may send a request to.</summary>
    public required IReadOnlyList<ModelConfiguration> Models { get; init; }

    /// <summary>Bounds, in microseconds and units of money, above which requests are counted for quantile and mean gates.</summary>
    public MeasurementConfiguration Measurement { get; init; } = new();
}

/// <summary>The priority class of a request within its quota.</summary>
public enum Lane
{
    /// <summary>Somebody waits for the answer: served first.</summary>
    Interactive,

    /// <summary>Ordinary work.</summary>
    Standard,

    /// <summary>Work that can wait: served only from what nobody else uses.</summary>
    Bulk,
}

/// <summary>What stays on one side of the split.</summary>
public enum StickyBy
{
    /// <summary>All requests of a conversation.</summary>
    Conversation,

    /// <summary>All requests of a user.</summary>
    User,

    /// <summary>Nothing.</summary>
    Request,
}

/// <summary>One revision as a limiter applies it.</summary>
public sealed record RevisionConfiguration
{
    /// <summary>The revision: 64 hex digits.</summary>
    public required string Revision { get; init; }

    /// <summary>The model id that requests are sent with.</summary>
    public required string Model { get; init; }

    /// <summary>The prompt's name.</summary>
    public required string PromptName { get; init; }

    /// <summary>The prompt's version.</summary>
    public required string PromptVersion { get; init; }

    /// <summary>The SHA-256 of the prompt's content.</summary>
    public required string PromptDigest { get; init; }

    /// <summary>The prompt's content, to be put in as the first system block; null where the tool sends it itself.</summary>
    public string? SystemPrompt { get; init; }

    /// <summary>Replaces the caller's <c>max_tokens</c>; null leaves it.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>Replaces the caller's <c>output_config.effort</c>, in the API's spelling; null leaves it.</summary>
    public string? Effort { get; init; }

    /// <summary>Replaces the caller's <c>thinking.type</c>, in the API's spelling; null leaves it.</summary>
    public string? Thinking { get; init; }
}

/// <summary>What limiters count beside the fixed measurements.</summary>
public sealed record MeasurementConfiguration
{
    /// <summary>Latency bounds in milliseconds: requests above each are counted.</summary>
    public IReadOnlyList<long> LatencyBounds { get; init; } = [];

    /// <summary>Bounds of the time to the first token in milliseconds: requests above each are counted.</summary>
    public IReadOnlyList<long> FirstTokenBounds { get; init; } = [];

    /// <summary>The highest cost that counts for one request, in nanodollars: dearer ones count as this much.</summary>
    public long CostCap { get; init; } = 100_000_000_000;
}
