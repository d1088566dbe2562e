using System.Diagnostics;

namespace Operator.Conformance.JavaScript;

/// <summary>
/// The official JavaScript client, beside its script: from the folder that CONFORMANCE_NODE_MODULES names (it holds a node_modules),
/// or restored by npm into the test's output folder.
/// </summary>
public static class NodePackages
{
    private const string Variable = "CONFORMANCE_NODE_MODULES";
    private const string Package = "@kubernetes/client-node";
    private static readonly TimeSpan RestoreLimit = TimeSpan.FromSeconds(120);
    private static readonly Lazy<Task<string?>> Restored = new(RestoreAsync);

    /// <summary>The folder of the script.</summary>
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "JavaScript");

    /// <summary>Why the client is not there, or null when it is. The first call restores it; it never takes longer than two minutes.</summary>
    public static Task<string?> MissingReasonAsync() => Restored.Value;

    private static async Task<string?> RestoreAsync()
    {
        if (Kubectl.KubectlProgram.MissingReason("node") is { } noNode) return noNode;
        var installed = Path.Combine(Folder, "node_modules", Package, "package.json");
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given)
        {
            var modules = Path.Combine(given, "node_modules");
            if (!Directory.Exists(Path.Combine(modules, Package))) return $"{Package} is not in {modules} ({Variable})";
            if (!Directory.Exists(Path.Combine(Folder, "node_modules"))) Directory.CreateSymbolicLink(Path.Combine(Folder, "node_modules"), modules);
            return null;
        }
        if (File.Exists(installed)) return null;
        if (Kubectl.KubectlProgram.MissingReason("npm") is { } noNpm) return noNpm;
        return await InstallAsync() is { } problem ? $"npm could not restore {Package}: {problem}" : null;
    }

    private static async Task<string?> InstallAsync()
    {
        var start = new ProcessStartInfo("npm")
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
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
