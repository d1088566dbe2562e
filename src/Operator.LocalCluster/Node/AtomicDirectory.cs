using System.Runtime.InteropServices;
using System.Text;

namespace Operator.LocalCluster.Node;

/// <summary>
/// The files of a ConfigMap, Secret or projected volume. They stand in a directory of their own behind the link <c>..data</c>, and an
/// update swaps that link: readers see all of the old or all of the new files.
/// </summary>
internal sealed class AtomicDirectory(string path)
{
    private const string DataLink = "..data";

    /// <summary>The directory.</summary>
    public string Path => path;

    /// <summary>Writes the files, by relative path; what is not among them disappears. Answers whether anything changed.</summary>
    public bool Write(IReadOnlyDictionary<string, byte[]> files)
    {
        Directory.CreateDirectory(path);
        var link = System.IO.Path.Combine(path, DataLink);
        var former = Directory.Exists(link) ? new DirectoryInfo(link).LinkTarget : null;
        if (former is not null && IsSame(System.IO.Path.Combine(path, former), files))
            return false;
        var name = ".." + Guid.NewGuid().ToString("N")[..12];
        var fresh = System.IO.Path.Combine(path, name);
        Directory.CreateDirectory(fresh);
        foreach (var (relative, content) in files)
        {
            var file = System.IO.Path.Combine(fresh, relative);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, content);
        }
        var next = System.IO.Path.Combine(path, "..data_tmp");
        File.Delete(next);
        File.CreateSymbolicLink(next, name);
        Replace(next, link);
        LinkEntries(files.Keys.Select(relative => relative.Split('/')[0]).ToHashSet(StringComparer.Ordinal));
        // The former files stay until the next update: somebody may be on the way to opening one.
        foreach (var old in Directory.GetDirectories(path, "..*").Select(System.IO.Path.GetFileName).OfType<string>())
            if (old != name && old != former && old != DataLink)
                Directory.Delete(System.IO.Path.Combine(path, old), recursive: true);
        return true;
    }

    private static void Replace(string link, string target)
    {
        if (OperatingSystem.IsWindows())
        {
            // There is no atomic swap of links there: readers may miss the files for a moment.
            if (Directory.Exists(target))
                Directory.Delete(target);
            Directory.Move(link, target);
        }
        else if (Rename(Encoding.UTF8.GetBytes(link + "\0"), Encoding.UTF8.GetBytes(target + "\0")) != 0)
        {
            throw new IOException($"The link {target} cannot be replaced: error {Marshal.GetLastPInvokeError()}.");
        }
    }

    // File.Move follows links and so refuses one that leads to a directory.
    [DllImport("libc", EntryPoint = "rename", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Rename(byte[] from, byte[] to);

    private void LinkEntries(HashSet<string> entries)
    {
        foreach (var entry in Directory.EnumerateFileSystemEntries(path).Select(System.IO.Path.GetFileName).OfType<string>())
            if (!entry.StartsWith("..", StringComparison.Ordinal) && !entries.Contains(entry))
                File.Delete(System.IO.Path.Combine(path, entry));
        foreach (var entry in entries)
        {
            var visible = System.IO.Path.Combine(path, entry);
            if (new FileInfo(visible).LinkTarget is null)
                File.CreateSymbolicLink(visible, System.IO.Path.Combine(DataLink, entry));
        }
    }

    private static bool IsSame(string directory, IReadOnlyDictionary<string, byte[]> files)
    {
        var present = Directory.Exists(directory) ? Directory.GetFiles(directory, "*", SearchOption.AllDirectories) : [];
        return present.Length == files.Count && files.All(file =>
        {
            var name = System.IO.Path.Combine(directory, file.Key);
            return File.Exists(name) && File.ReadAllBytes(name).AsSpan().SequenceEqual(file.Value);
        });
    }
}
