using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Operator.Evals.Suites;

/// <summary>Reads suites: JSON lines, one case each. Pure; never throws, whatever the bytes are.</summary>
internal static class SuiteReader
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Reads the files of a suite, in their order.</summary>
    /// <param name="files">The files; their order is the order of the cases.</param>
    public static SuiteReading Read(IReadOnlyList<SuiteFile> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        var errors = new SuiteErrors();
        if (TooLarge(files) is { } tooLarge) return new SuiteReading(null, [tooLarge], 0);
        var cases = ImmutableArray.CreateBuilder<EvalCase>();
        var sentinels = ImmutableArray.CreateBuilder<EvalSentinel>();
        var ids = new Dictionary<string, string>(StringComparer.Ordinal);
        var slices = new HashSet<string>(StringComparer.Ordinal);
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            var number = 0;
            foreach (var range in Lines(file.Content))
            {
                number++;
                var line = file.Content.Span[range];
                if (line.Trim(" \t\r"u8).IsEmpty) continue;
                var at = new LineErrors(errors, file, number);
                if (cases.Count + sentinels.Count == SuiteLimits.Cases)
                {
                    at.Add(0, $"a suite has at most {SuiteLimits.Cases} cases; split it into several gates");
                    return new SuiteReading(null, errors.Told, errors.Untold);
                }
                if (Line(line, at) is not { } json) continue;
                digest.AppendData(json.ToCanonicalBytes());
                digest.AppendData("\n"u8);
                if (CaseReader.Read(json, at) is not { } read) continue;
                if (!ids.TryAdd(read.Case.Id, $"{file.ConfigMap}/{file.Key}:{number}"))
                    at.Add(json.Find("id")!, $"the id '{read.Case.Id}' is taken by the case at {ids[read.Case.Id]}; every id is unique in its suite");
                if (read.Case.Slice is { } slice && slices.Add(slice) && slices.Count == SuiteLimits.Slices + 1)
                    at.Add(json.Find("slice")!, $"a suite has at most {SuiteLimits.Slices} slices");
                if (read.Sentinel is { } sentinel) sentinels.Add(sentinel);
                else cases.Add(read.Case);
            }
        }
        if (errors.IsEmpty && cases.Count == 0)
        {
            var (configMap, key) = files.Count == 1 ? (files[0].ConfigMap, files[0].Key) : files.Count == 0 ? ("", "") : (files[0].ConfigMap, "");
            errors.Add(new SuiteError(configMap, key, 0, 0, "the suite has no case; add lines such as {\"id\":\"a\",\"messages\":[…],\"checks\":[…]} under a key that ends in .jsonl"));
        }
        return errors.IsEmpty
            ? new SuiteReading(
                new EvalSuite { Cases = cases.ToImmutable(), Sentinels = sentinels.ToImmutable(), Digest = Convert.ToHexStringLower(digest.GetHashAndReset()) }, [], 0)
            : new SuiteReading(null, errors.Told, errors.Untold);
    }

    private static SuiteError? TooLarge(IReadOnlyList<SuiteFile> files)
    {
        if (files.Count > SuiteLimits.Files)
            return new SuiteError(files[0].ConfigMap, "", 0, 0, $"the suite has {files.Count} files; at most {SuiteLimits.Files} are read");
        var bytes = files.Sum(f => (long)f.Content.Length);
        return bytes <= SuiteLimits.Bytes
            ? null
            : new SuiteError(files[0].ConfigMap, "", 0, 0, $"the suite has {bytes} bytes; at most {SuiteLimits.Bytes} are read");
    }

    private static LocatedJson? Line(ReadOnlySpan<byte> line, LineErrors at)
    {
        if (line.Length > SuiteLimits.LineBytes)
        {
            at.Add(0, $"the line has {line.Length} bytes; at most {SuiteLimits.LineBytes} are read");
            return null;
        }
        var json = LocatedJson.Parse(line.TrimEnd((byte)'\r'), out var error);
        if (error is { } wrong)
        {
            at.Add(wrong.Column, wrong.Message);
            return null;
        }
        if (json!.Kind == System.Text.Json.JsonValueKind.Object) return json;
        at.Add(json, "a case is a JSON object with id, messages and checks");
        return null;
    }

    private static List<Range> Lines(ReadOnlyMemory<byte> content)
    {
        var span = content.Span;
        var start = span.StartsWith(ByteOrderMark) ? ByteOrderMark.Length : 0;
        var lines = new List<Range>();
        while (start < span.Length)
        {
            var length = span[start..].IndexOf((byte)'\n');
            var end = length < 0 ? span.Length : start + length;
            lines.Add(start..end);
            start = end + 1;
        }
        return lines;
    }
}
