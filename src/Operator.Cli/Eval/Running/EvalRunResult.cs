using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Operator.Cli.Eval.Running;

/// <summary>What a run gave, for machines. Fields that a ClaudeEvalRun has too have its names and forms.</summary>
internal sealed record EvalRunResult
{
    /// <summary>The deployment; absent where none was named.</summary>
    public string? Deployment { get; init; }

    /// <summary>The prompt: name and version, or its file.</summary>
    public required string Prompt { get; init; }

    /// <summary>The SHA-256 of the prompt's text.</summary>
    public required string PromptDigest { get; init; }

    /// <summary>The model.</summary>
    public required string Model { get; init; }

    /// <summary>The revision that the operator makes of this prompt, model and parameters; absent for a prompt without name and version.</summary>
    public string? Revision { get; init; }

    /// <summary>The suite.</summary>
    public required string Suite { get; init; }

    /// <summary>The SHA-256 of its content.</summary>
    public required string SuiteDigest { get; init; }

    /// <summary>How many cases have a fixed answer.</summary>
    public int Sentinels { get; init; }

    /// <summary>Cases that passed; absent when there is no result.</summary>
    public int? Passed { get; init; }

    /// <summary>All cases; absent when there is no result.</summary>
    public int? Total { get; init; }

    /// <summary>The share that passed, such as <c>97.5%</c>.</summary>
    public string? PassRate { get; init; }

    /// <summary>The interval of the pass rate, such as <c>[91.2%, 97.4%]</c>.</summary>
    public string? Interval { get; init; }

    /// <summary>The confidence of the interval.</summary>
    public string? Confidence { get; init; }

    /// <summary>What the thresholds say; absent where none are given.</summary>
    public string? Verdict { get; init; }

    /// <summary>The verdict in a sentence.</summary>
    public string? Message { get; init; }

    /// <summary>The comparison with stable.</summary>
    public EvalRunPairs? Paired { get; init; }

    /// <summary>Results by slice.</summary>
    public IReadOnlyList<EvalRunSlice> Slices { get; init; } = [];

    /// <summary>Ids of the cases that failed, in the order of the suite.</summary>
    public IReadOnlyList<string> FailedCases { get; init; } = [];

    /// <summary>Every case that ended, in the order of the suite.</summary>
    public IReadOnlyList<EvalRunCase> Cases { get; init; } = [];

    /// <summary>Tokens by model, judges included.</summary>
    public IReadOnlyList<EvalRunUsage> Usage { get; init; } = [];

    /// <summary>What they cost in US dollars at the prices of this release; absent when a price is not known.</summary>
    public string? Cost { get; init; }

    /// <summary>Why there is no result; absent when there is one.</summary>
    public string? Error { get; init; }
}

/// <summary>Counts of cases on which two runs differ.</summary>
/// <param name="Baseline">Stable's run.</param>
/// <param name="Regressed">Cases that stable passed and this failed.</param>
/// <param name="Improved">Cases that stable failed and this passed.</param>
internal sealed record EvalRunPairs(string Baseline, int Regressed, int Improved);

/// <summary>The result of a slice.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Passed">Cases that passed.</param>
/// <param name="Total">Its cases.</param>
internal sealed record EvalRunSlice(string Name, long Passed, long Total);

/// <summary>What became of a case.</summary>
internal sealed record EvalRunCase
{
    /// <summary>The case.</summary>
    public required string Id { get; init; }

    /// <summary>Its slice.</summary>
    public string? Slice { get; init; }

    /// <summary>Whether it passed.</summary>
    public required bool Passed { get; init; }

    /// <summary>The checks that failed, such as <c>checks[1].regex</c>.</summary>
    public IReadOnlyList<string> FailedChecks { get; init; } = [];

    /// <summary>Why the answer ended.</summary>
    public string? StopReason { get; init; }

    /// <summary>How long the answer took, waiting included.</summary>
    public long LatencyMilliseconds { get; init; }

    /// <summary>How many calls the answer took.</summary>
    public int Tries { get; init; }

    /// <summary>The API's name of the call.</summary>
    public string? RequestId { get; init; }

    /// <summary>The answer; only where it was asked for.</summary>
    public string? Answer { get; init; }
}

/// <summary>Tokens of one model.</summary>
internal sealed record EvalRunUsage(string Model, long InputTokens, long CacheWriteTokens, long CacheReadTokens, long OutputTokens);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EvalRunResult))]
internal sealed partial class EvalRunJson : JsonSerializerContext
{
    /// <summary>For people too: quotes and letters as they are.</summary>
    public static EvalRunJson Readable => new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
