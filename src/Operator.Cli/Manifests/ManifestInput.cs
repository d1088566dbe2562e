namespace Operator.Cli.Manifests;

/// <summary>Reads the manifests that a command is given: files, folders with all below them, and standard input as <c>-</c>.</summary>
internal static class ManifestInput
{
    private static readonly string[] Endings = [".yaml", ".yml", ".json"];

    /// <summary>The names and texts of all files.</summary>
    /// <exception cref="IOException">A path cannot be read; the message names it.</exception>
    public static async Task<IReadOnlyList<(string Name, string Text)>> ReadAsync(IEnumerable<string> paths, CancellationToken cancellationToken)
    {
        var files = new List<(string, string)>();
        foreach (var path in paths)
        {
            try
            {
                foreach (var file in Files(path))
                    files.Add((file, file == "-" ? await Console.In.ReadToEndAsync(cancellationToken) : await File.ReadAllTextAsync(file, cancellationToken)));
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                throw new IOException($"{path} cannot be read: {problem.Message}", problem);
            }
        }
        return files;
    }

    private static IEnumerable<string> Files(string path) => path != "-" && Directory.Exists(path)
        ? Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Where(f => Endings.Contains(Path.GetExtension(f))).Order(StringComparer.Ordinal)
        : [path];
}
