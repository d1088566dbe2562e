using Operator.Api;
using Operator.Cli.Cluster;
using Operator.Cli.Lint;
using Operator.Evals.Running;
using Operator.Evals.Suites;

namespace Operator.Cli.Eval.Running;

/// <summary>Reads a suite from this machine, with the code that reads the suites of a cluster.</summary>
internal static class SuiteInput
{
    /// <summary>Reads a file of cases, a folder of such files, or the manifests of a suite's ConfigMaps.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="name">The suite that is meant, where manifests hold several; null for the only one.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="CliException">It cannot be read or has errors; the message has file, line and column of each.</exception>
    public static async Task<NamedSuite> ReadAsync(string path, string? name, CancellationToken cancellationToken)
    {
        var isFolder = Directory.Exists(path);
        if (!isFolder && ConfigMapFile.IsManifest(path)) return OfManifests(path, await ConfigMapFile.ReadAsync(path, cancellationToken), name);
        IReadOnlyList<SuiteFile> files;
        try
        {
            files = isFolder ? [.. SuiteFolder.Read(path).Select(f => f with { ConfigMap = f.ConfigMap == SuiteFolder.Top ? path : Path.Combine(path, f.ConfigMap) })] : [Single(path)];
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Usage, $"--suite {path} cannot be read: {problem.Message}");
        }
        if (files.Count == 0 && await ConfigMapFile.ReadAsync(path, cancellationToken) is { Count: > 0 } maps) return OfManifests(path, maps, name);
        if (files.Count == 0) throw new CliException(ExitCode.Usage, $"{path} holds no file that ends in {SuiteLoader.KeyEnding}, and no manifest of a ConfigMap");
        if (name is not null) throw new CliException(ExitCode.Usage, $"--suite-name chooses among the suites of manifests; {path} holds plain cases");
        var reading = SuiteReader.Read(files);
        return reading.Suite is { } suite ? new NamedSuite(path, suite) : throw Errors(path, reading, reading.Errors.Select(e => e.ToString()));
    }

    /// <summary>What is wrong with a suite: a line for each error.</summary>
    public static CliException Errors(string name, SuiteReading reading, IEnumerable<string> lines)
    {
        var count = reading.Errors.Count + reading.Untold;
        var more = reading.Untold > 0 ? $"\n  and {reading.Untold} more" : "";
        return new CliException(ExitCode.Usage, $"the suite {name} has {count} {(count == 1 ? "error" : "errors")}:\n  {string.Join("\n  ", lines)}{more}");
    }

    private static SuiteFile Single(string path)
    {
        var file = new FileInfo(path);
        if (file.Length > SuiteLimits.Bytes) throw new IOException($"it has {file.Length} bytes; at most {SuiteLimits.Bytes} are read");
        return new SuiteFile(Path.GetDirectoryName(path) is { Length: > 0 } folder ? folder : ".", Path.GetFileName(path), File.ReadAllBytes(path));
    }

    private static NamedSuite OfManifests(string path, IReadOnlyList<ConfigMapDocument> documents, string? name)
    {
        var shards = documents.Where(d => d.Map.Data?.Keys.Any(k => k.EndsWith(SuiteLoader.KeyEnding, StringComparison.Ordinal)) == true).ToList();
        var names = shards.Select(SuiteOf).Distinct(StringComparer.Ordinal).ToList();
        if (names.Count == 0) throw new CliException(ExitCode.Usage, $"{path}:1: no ConfigMap has a key that ends in {SuiteLoader.KeyEnding}; put the cases under one, one JSON object a line");
        if (name is null && names.Count > 1) throw new CliException(ExitCode.Usage, $"{path} has several suites: {string.Join(", ", names)}; choose one with --suite-name");
        var wanted = name ?? names[0];
        var own = shards.FindAll(s => SuiteOf(s) == wanted || s.Map.Metadata.Name == wanted);
        if (own.Count == 0) throw new CliException(ExitCode.Usage, $"{path} has no suite '{wanted}'; there are: {string.Join(", ", names)}");
        if (own.GroupBy(s => s.Map.Metadata.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new CliException(ExitCode.Usage, $"{string.Join(" and ", twice.Select(t => t.Place))}: the ConfigMap {twice.Key} stands there twice; only one can be applied");
        var reading = SuiteLoader.Read(wanted, own.Select(s => s.Map)).Reading;
        if (reading.Suite is { } suite) return new NamedSuite(wanted, suite);
        throw Errors(wanted, reading, reading.Errors.Select(e => CrossChecks.Locate((own.Find(s => s.Map.Metadata.Name == e.ConfigMap) ?? own[0]).Document, e).ToString()));
    }

    private static string SuiteOf(ConfigMapDocument shard) =>
        shard.Map.Metadata.Labels is { } labels && labels.TryGetValue(Labels.EvalSuite, out var suite) ? suite : shard.Map.Metadata.Name!;
}
