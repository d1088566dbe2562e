using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Operator.Testing.Node;

/// <summary>
/// A package of npm beside the script that drives it: from the folder that an environment variable names (it holds a node_modules),
/// or restored by npm, as the script's package.json pins it, into the test's output folder.
/// </summary>
/// <param name="name">The package.</param>
/// <param name="folder">The folder of the script and its package.json, within the test's output folder.</param>
/// <param name="variable">The environment variable.</param>
public sealed class NodePackage(string name, string folder, string variable)
{
    private static readonly TimeSpan RestoreLimit = TimeSpan.FromSeconds(120);
    private readonly Lock _gate = new();
    private Task<string?>? _restored;

    /// <summary>The folder of the script.</summary>
    public string Folder { get; } = Path.Combine(AppContext.BaseDirectory, folder);

    private string Modules => Path.Combine(Folder, "node_modules");

    /// <summary>Why the package is not there, or null when it is. The first call restores it; it never takes longer than two minutes.</summary>
    public Task<string?> MissingReasonAsync()
    {
        lock (_gate) return _restored ??= RestoreAsync();
    }

    private async Task<string?> RestoreAsync()
    {
        if (Programs.MissingReason("node") is { } noNode) return noNode;
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } given)
        {
            var modules = Path.Combine(given, "node_modules");
            if (!Directory.Exists(Path.Combine(modules, name))) return $"{name} is not in {modules} ({variable})";
            if (!Directory.Exists(Modules)) Directory.CreateSymbolicLink(Modules, modules);
            return null;
        }
        if (IsInstalled()) return null;
        if (Programs.MissingReason("npm") is { } noNpm) return noNpm;
        return await InstallAsync() is { } problem ? $"npm could not restore {name}: {problem}" : null;
    }

    /// <summary>Whether the pinned version is there, not that of an earlier build.</summary>
    private bool IsInstalled()
    {
        var installed = Path.Combine(Modules, name, "package.json");
        if (!File.Exists(installed)) return false;
        var pinned = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "package.json")))!["dependencies"]![name];
        return (string?)JsonNode.Parse(File.ReadAllText(installed))!["version"] == (string?)pinned;
    }

    private async Task<string?> InstallAsync()
    {
        var start = new ProcessStartInfo("npm") { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { "install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", "--loglevel=error", "--fetch-retries=1" })
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(RestoreLimit);
        try
        {
            var stdout = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var stderr = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            await stdout;
            return process.ExitCode == 0 ? null : (await stderr).Split('\n').FirstOrDefault(l => l.Length > 0) ?? $"exit code {process.ExitCode}";
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return $"not within {RestoreLimit.TotalSeconds} s";
        }
    }
}
