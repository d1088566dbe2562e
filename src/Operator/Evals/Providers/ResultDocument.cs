using System.Collections.Immutable;
using System.Text.Json;
using Operator.Api;
using Operator.Rollouts;
using Operator.Rollouts.Gates;

namespace Operator.Evals.Providers;

/// <summary>
/// Reads results that others write: <c>{"revision", "passed", "total", "slices": [{"name", "passed", "total"}], "report"}</c>. Whatever
/// is wrong with one is told without showing any of it.
/// </summary>
internal static class ResultDocument
{
    /// <summary>The largest document in bytes.</summary>
    public const int MaxBytes = 1024 * 1024;

    private const int MaxCases = 1_000_000;
    private const int MaxSlices = 200;
    private const int LongestName = 63;
    private const int LongestReport = 2048;

    /// <summary>Reads a document.</summary>
    /// <param name="utf8">The document.</param>
    /// <param name="revision">The revision that it must be about.</param>
    /// <param name="problem">What is wrong; null when it was read.</param>
    public static EvalOutcome? Read(ReadOnlyMemory<byte> utf8, string revision, out string? problem)
    {
        problem = null;
        if (utf8.Length > MaxBytes)
        {
            problem = $"the result has more than {MaxBytes} bytes";
            return null;
        }
        if (utf8.IsEmpty)
        {
            problem = "the result is empty; expected {\"revision\", \"passed\", \"total\"} as JSON";
            return null;
        }
        try
        {
            using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = 16 });
            return Read(document.RootElement, revision, out problem);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            problem = "the result is not JSON";
            return null;
        }
    }

    /// <summary>Takes a result that stands in a ClaudeEvalRun.</summary>
    public static EvalOutcome? Of(EvalResult result, out string? problem)
    {
        ArgumentNullException.ThrowIfNull(result);
        return Checked(
            result.Passed, result.Total, [.. (result.Slices ?? []).Select(s => new SliceCounts(s.Name ?? "", s.Passed, s.Total))], result.Report, out problem);
    }

    private static EvalOutcome? Read(JsonElement root, string revision, out string? problem)
    {
        problem = null;
        if (root.ValueKind != JsonValueKind.Object)
        {
            problem = "the result is not a JSON object";
            return null;
        }
        if (!root.TryGetProperty("revision", out var given) || given.ValueKind != JsonValueKind.String)
        {
            problem = "the result has no revision";
            return null;
        }
        if (given.GetString() != revision)
        {
            problem = $"the result is about another revision than {RolloutPolicy.Short(revision)}";
            return null;
        }
        if (Count(root, "passed", "", out problem) is not { } passed || Count(root, "total", "", out problem) is not { } total) return null;
        var slices = ImmutableArray.CreateBuilder<SliceCounts>();
        if (root.TryGetProperty("slices", out var list) && list.ValueKind != JsonValueKind.Null)
        {
            if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > MaxSlices)
            {
                problem = $"slices is not a list of at most {MaxSlices}";
                return null;
            }
            foreach (var slice in list.EnumerateArray())
            {
                var path = $"slices[{slices.Count}].";
                if (slice.ValueKind != JsonValueKind.Object || !slice.TryGetProperty("name", out var name) || name.ValueKind != JsonValueKind.String)
                {
                    problem = path + "name is missing";
                    return null;
                }
                if (Count(slice, "passed", path, out problem) is not { } p || Count(slice, "total", path, out problem) is not { } t) return null;
                slices.Add(new SliceCounts(name.GetString()!, p, t));
            }
        }
        string? report = null;
        if (root.TryGetProperty("report", out var link) && link.ValueKind != JsonValueKind.Null)
        {
            report = link.ValueKind == JsonValueKind.String ? link.GetString() : "";
        }
        return Checked(passed, total, slices.ToImmutable(), report, out problem);
    }

    private static int? Count(JsonElement parent, string name, string path, out string? problem)
    {
        problem = null;
        if (parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var count)) return count;
        problem = $"{path}{name} is missing or is no whole number";
        return null;
    }

    private static EvalOutcome? Checked(int passed, int total, ImmutableArray<SliceCounts> slices, string? report, out string? problem)
    {
        static bool Counts(long passed, long total) => passed >= 0 && total <= MaxCases && passed <= total;
        problem = total == 0 && passed == 0 ? "the result has no cases"
            : !Counts(passed, total) ? $"{passed} of {total} cases cannot have passed"
            : slices.Length > MaxSlices ? $"there are more than {MaxSlices} slices"
            : slices.FirstOrDefault(s => s.Name.Length is 0 or > LongestName || s.Name.Any(char.IsControl)) is not null ? $"a slice has no name of 1 to {LongestName} characters"
            : slices.Select(s => s.Name).Distinct(StringComparer.Ordinal).Count() < slices.Length ? "two slices have one name"
            : slices.FirstOrDefault(s => !Counts(s.Passed, s.Total)) is { } slice ? $"in one slice, {slice.Passed} of {slice.Total} cases cannot have passed"
            : report is not null && !IsReport(report) ? $"report is no http address of at most {LongestReport} characters"
            : null;
        return problem is null ? new EvalOutcome(passed, total) { Slices = slices, Report = report } : null;
    }

    private static bool IsReport(string text) =>
        text.Length <= LongestReport && Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme is "https" or "http")
        && uri.UserInfo.Length == 0;
}
