namespace Operator.Tests.Manifests;

/// <summary>The folder config/ of the source tree.</summary>
internal static class ConfigFolder
{
    public static string Path { get; } = Find();

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(System.IO.Path.Combine(directory.FullName, "Operator.sln"))) directory = directory.Parent;
        return System.IO.Path.Combine(directory?.FullName ?? throw new InvalidOperationException("Operator.sln was not found above the test's folder."), "config");
    }
}
