using System.Text;
using Operator.LocalCluster.Node;

namespace Operator.LocalCluster.Tests.Node;

public sealed class AtomicDirectoryTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), "atomic-" + Guid.NewGuid().ToString("N"));

    private static Dictionary<string, byte[]> Files(params (string Name, string Text)[] files) =>
        files.ToDictionary(file => file.Name, file => Encoding.UTF8.GetBytes(file.Text));

    [Fact]
    public void Files_appear_change_and_disappear()
    {
        var directory = new AtomicDirectory(_path);
        Assert.True(directory.Write(Files(("a", "1"), ("deep/b", "2"))));
        Assert.Equal(("1", "2"), (File.ReadAllText(Path.Combine(_path, "a")), File.ReadAllText(Path.Combine(_path, "deep", "b"))));
        Assert.False(directory.Write(Files(("a", "1"), ("deep/b", "2"))));
        Assert.True(new AtomicDirectory(_path).Write(Files(("a", "3"), ("c", "4"))));
        Assert.Equal(("3", "4"), (File.ReadAllText(Path.Combine(_path, "a")), File.ReadAllText(Path.Combine(_path, "c"))));
        Assert.False(Path.Exists(Path.Combine(_path, "deep")));
    }

    [Fact]
    public async Task A_reader_sees_all_old_or_all_new_files()
    {
        var directory = new AtomicDirectory(_path);
        directory.Write(Files(("a", "0"), ("b", "0")));
        using var stop = new CancellationTokenSource();
        var reading = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                // Behind one resolved link both files are of one update.
                var data = new DirectoryInfo(Path.Combine(_path, "..data")).ResolveLinkTarget(true)!.FullName;
                try
                {
                    Assert.Equal(File.ReadAllText(Path.Combine(data, "a")), File.ReadAllText(Path.Combine(data, "b")));
                }
                catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
                {
                    // Two updates have passed since the link was resolved.
                }
            }
        });
        for (var i = 1; i <= 200; i++)
            directory.Write(Files(("a", $"{i}"), ("b", $"{i}")));
        await stop.CancelAsync();
        await reading;
        Assert.Equal("200", File.ReadAllText(Path.Combine(_path, "a")));
    }

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
