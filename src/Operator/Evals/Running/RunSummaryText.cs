using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Operator.Rollouts.Gates;

namespace Operator.Evals.Running;

/// <summary>
/// Writes and reads the termination message of the built-in runner: JSON with short names, never more than the kubelet keeps.
/// </summary>
internal static class RunSummaryText
{
    /// <summary>What the kubelet keeps of a termination message.</summary>
    public const int MaxBytes = 4096;

    /// <summary>Ids of failed cases that a status holds.</summary>
    public const int MaxFailedCases = 50;

    private const int Form = 1;
    private const int LongestError = 600;

    /// <summary>The message: failed ids are left out until it fits, then the case results.</summary>
    public static byte[] Write(RunSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        for (var ids = Math.Min(MaxFailedCases, summary.FailedCases.Length); ; ids = ids / 2)
        {
            var bytes = Write(summary, ids, summary.CaseResults);
            if (bytes.Length <= MaxBytes) return bytes;
            if (ids == 0) return Write(summary with { Usage = [] }, 0, null);
        }
    }

    /// <summary>Reads a message; null when it is none, or contradicts itself.</summary>
    public static RunSummary? Read(string text)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Length > MaxBytes) return null;
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("form", out var form) || form.GetInt32() != Form) return null;
            var summary = new RunSummary
            {
                Revision = root.GetProperty("revision").GetString()!,
                Digest = root.GetProperty("digest").GetString()!,
                Passed = root.GetProperty("passed").GetInt32(),
                Total = root.GetProperty("total").GetInt32(),
                Slices = [.. root.GetProperty("slices").EnumerateArray().Select(s => new SliceCounts(s[0].GetString()!, s[1].GetInt32(), s[2].GetInt32()))],
                FailedCases = [.. root.GetProperty("failed").EnumerateArray().Take(MaxFailedCases).Select(i => i.GetString()!)],
                CaseResults = root.TryGetProperty("cases", out var cases) ? cases.GetString() : null,
                Usage = [.. root.GetProperty("usage").EnumerateArray().Select(Usage)],
                Error = root.TryGetProperty("error", out var error) ? error.GetString() : null,
            };
            return IsConsistent(summary) ? summary : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException or KeyNotFoundException
            or IndexOutOfRangeException or ArgumentException)
        {
            return null;
        }
    }

    private static bool IsConsistent(RunSummary s) =>
        s.Revision is not null && s.Digest is not null
        && s.Passed >= 0 && s.Passed <= s.Total
        && s.Slices.All(c => c.Name is not null && c.Passed >= 0 && c.Passed <= c.Total)
        && s.Slices.Sum(c => c.Total) <= s.Total
        && s.FailedCases.All(id => id is not null)
        && s.Usage.All(u => u.Model is not null && u.Input >= 0 && u.CacheWrite5m >= 0 && u.CacheWrite1h >= 0 && u.CacheRead >= 0 && u.Output >= 0)
        && (s.CaseResults is null || CaseBitmap.Fits(s.CaseResults, s.Passed, s.Total))
        && (s.Error is not null || s.Total > 0);

    private static UsageLine Usage(JsonElement line) => new(line[0].GetString()!, line[1].GetInt32() == 1)
    {
        Input = line[2].GetInt64(),
        CacheWrite5m = line[3].GetInt64(),
        CacheWrite1h = line[4].GetInt64(),
        CacheRead = line[5].GetInt64(),
        Output = line[6].GetInt64(),
    };

    private static byte[] Write(RunSummary summary, int ids, string? caseResults)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteNumber("form", Form);
            writer.WriteString("revision", summary.Revision);
            writer.WriteString("digest", summary.Digest);
            if (summary.Error is { } error) writer.WriteString("error", error.Length <= LongestError ? error : error[..LongestError]);
            writer.WriteNumber("passed", summary.Passed);
            writer.WriteNumber("total", summary.Total);
            writer.WriteStartArray("slices");
            foreach (var slice in summary.Slices)
            {
                writer.WriteStartArray();
                writer.WriteStringValue(slice.Name);
                writer.WriteNumberValue(slice.Passed);
                writer.WriteNumberValue(slice.Total);
                writer.WriteEndArray();
            }
            writer.WriteEndArray();
            writer.WriteStartArray("usage");
            foreach (var line in summary.Usage)
            {
                writer.WriteRawValue(string.Create(CultureInfo.InvariantCulture,
                    $"[\"{JsonEncodedText.Encode(line.Model)}\",{(line.IsLong ? 1 : 0)},{line.Input},{line.CacheWrite5m},{line.CacheWrite1h},{line.CacheRead},{line.Output}]"));
            }
            writer.WriteEndArray();
            if (caseResults is not null) writer.WriteString("cases", caseResults);
            writer.WriteStartArray("failed");
            foreach (var id in summary.FailedCases.Take(ids)) writer.WriteStringValue(id);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return stream.ToArray();
    }
}
