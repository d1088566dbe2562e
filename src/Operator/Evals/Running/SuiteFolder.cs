using Operator.Evals.Suites;

namespace Operator.Evals.Running;

/// <summary>Reads the suite that the kubelet mounted: a folder for each ConfigMap, or files at the top.</summary>
internal static class SuiteFolder
{
    /// <summary>What stands in the place of the ConfigMap's name for files at the top.</summary>
    public const string Top = ".";

    /// <summary>The files, in the order of their paths.</summary>
    /// <exception cref="IOException">The folder cannot be read, or is larger than a suite may be.</exception>
    public static IReadOnlyList<SuiteFile> Read(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var files = new List<SuiteFile>();
        long bytes = 0;
        foreach (var path in Paths(folder).OrderBy(p => p.Relative, StringComparer.Ordinal))
        {
            bytes += new FileInfo(path.Full).Length;
            if (bytes > SuiteLimits.Bytes) throw new IOException($"The suite has more than {SuiteLimits.Bytes} bytes.");
            var slash = path.Relative.IndexOf('/', StringComparison.Ordinal);
            files.Add(new SuiteFile(slash < 0 ? Top : path.Relative[..slash], path.Relative[(slash + 1)..], File.ReadAllBytes(path.Full)));
        }
        return files;
    }

    private static IEnumerable<(string Relative, string Full)> Paths(string folder)
    {
        foreach (var entry in Directory.EnumerateFileSystemEntries(folder))
        {
            var name = Path.GetFileName(entry);
            // The kubelet's own: versions of the mount, and the link to the present one.
            if (name.StartsWith("..", StringComparison.Ordinal)) continue;
            if (!Directory.Exists(entry))
            {
                if (name.EndsWith(".jsonl", StringComparison.Ordinal)) yield return (name, entry);
                continue;
            }
            foreach (var file in Directory.EnumerateFiles(entry, "*.jsonl")) yield return (name + "/" + Path.GetFileName(file), file);
        }
    }
}
