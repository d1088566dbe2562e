using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Operator.Evals.Running;

/// <summary>What became of one case. Never holds content.</summary>
/// <param name="Id">The case.</param>
/// <param name="Slice">Its slice.</param>
/// <param name="FailedChecks">The checks that failed, such as <c>checks[1].regex</c>; empty when it passed.</param>
internal sealed record CaseReport(string Id, string? Slice, ImmutableArray<string> FailedChecks)
{
    /// <summary>Whether it passed.</summary>
    public bool Passed => FailedChecks.IsEmpty;

    /// <summary>Why the answer ended.</summary>
    public string? StopReason { get; init; }

    /// <summary>Tokens of the answer and of its judges.</summary>
    public ImmutableArray<UsageLine> Usage { get; init; } = [];

    /// <summary>How long the answer took, waiting included.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>How many calls the answer took.</summary>
    public int Tries { get; init; }

    /// <summary>The API's name of the call.</summary>
    public string? RequestId { get; init; }

    /// <summary>The report as a line of JSON.</summary>
    public string ToLine()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("case", Id);
            if (Slice is not null) writer.WriteString("slice", Slice);
            writer.WriteBoolean("passed", Passed);
            if (!Passed)
            {
                writer.WriteStartArray("failedChecks");
                foreach (var check in FailedChecks) writer.WriteStringValue(check);
                writer.WriteEndArray();
            }
            if (StopReason is not null) writer.WriteString("stopReason", StopReason);
            writer.WriteNumber("latencyMilliseconds", (long)Latency.TotalMilliseconds);
            writer.WriteNumber("tries", Tries);
            if (RequestId is not null) writer.WriteString("requestId", RequestId);
            writer.WriteStartArray("usage");
            foreach (var line in Usage)
            {
                writer.WriteStartObject();
                writer.WriteString("model", line.Model);
                writer.WriteNumber("inputTokens", line.Input);
                writer.WriteNumber("cacheWriteTokens", line.CacheWrite5m + line.CacheWrite1h);
                writer.WriteNumber("cacheReadTokens", line.CacheRead);
                writer.WriteNumber("outputTokens", line.Output);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }
}
