namespace Operator.Testing;

/// <summary>The files of this repository.</summary>
public static class Repository
{
    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = Find();

    /// <summary>The path of a file or folder of this repository.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Operator.sln"))) directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException("Operator.sln was not found above this program's folder.");
    }
}
