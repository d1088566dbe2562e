using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Operator.Cli.Local.Stories;

/// <summary>Something that a story had to show.</summary>
/// <param name="Name">What.</param>
/// <param name="Holds">Whether it did.</param>
/// <param name="Saw">What was seen.</param>
internal sealed record StoryCheck(string Name, bool Holds, string Saw);

/// <summary>Something that happened.</summary>
/// <param name="Seconds">When, since the start.</param>
/// <param name="What">What.</param>
internal sealed record StoryEvent(double Seconds, string What);

/// <summary>How a story ended.</summary>
internal sealed record StoryResult
{
    /// <summary>The story.</summary>
    public required string Scenario { get; init; }

    /// <summary>Whether it ended as it must.</summary>
    public required bool Succeeded { get; init; }

    /// <summary>How long it took, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>What it had to show.</summary>
    public required IReadOnlyList<StoryCheck> Checks { get; init; }

    /// <summary>What happened.</summary>
    public required IReadOnlyList<StoryEvent> Events { get; init; }

    /// <summary>Who served the ticket triage, in order.</summary>
    public required IReadOnlyList<string> Weights { get; init; }

    /// <summary>What the mock of the Claude API counted.</summary>
    public required MockCount? Mock { get; init; }

    /// <summary>Why the story broke off; null when it went to its end.</summary>
    public string? Error { get; init; }
}

/// <summary>What the mock counted.</summary>
/// <param name="Requests">Requests that it answered.</param>
/// <param name="RateLimited">Requests that it refused for a rate limit.</param>
/// <param name="CostDollars">What it charged.</param>
/// <param name="WorstMinute">The most requests in any 60 seconds, as part of the limit.</param>
internal sealed record MockCount(long Requests, long RateLimited, decimal CostDollars, double WorstMinute);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(StoryResult))]
internal sealed partial class StoryJson : JsonSerializerContext
{
    /// <summary>For people too: arrows and quotes as they are.</summary>
    public static StoryJson Readable => new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
