using System.Diagnostics;
using System.Text.Json.Nodes;
using Operator.Kubernetes.Yaml;
using Operator.Tests.Manifests;

namespace Operator.Tests.Charts;

/// <summary>The machine's helm, on the chart of this tree.</summary>
internal static class HelmRun
{
    /// <summary>The chart's folder.</summary>
    public static string Chart { get; } = Path.GetFullPath(Path.Combine(ConfigFolder.Path, "..", "charts", "claude-operator"));

    public static bool IsPresent { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(d => File.Exists(Path.Combine(d, "helm")));

    /// <summary>What <c>helm template</c> makes of the chart with some settings, or what it says against them.</summary>
    public static async Task<(int Exit, string Text)> TemplateAsync(CancellationToken cancellationToken, params IEnumerable<string> settings)
    {
        Xunit.Assert.SkipUnless(IsPresent, "helm is not on PATH");
        var start = new ProcessStartInfo("helm") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { "template", ManifestLabels.Name, Chart, "--namespace", ManifestLabels.Namespace }.Concat(settings.SelectMany(s => new[] { "--set", s })))
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start) ?? throw new InvalidOperationException("helm did not start.");
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, process.ExitCode == 0 ? await output : await errors);
    }

    /// <summary>The objects that the chart makes with some settings.</summary>
    public static async Task<IReadOnlyList<JsonObject>> ObjectsAsync(CancellationToken cancellationToken, params IEnumerable<string> settings)
    {
        var (exit, text) = await TemplateAsync(cancellationToken, settings);
        Xunit.Assert.True(exit == 0, text);
        return [.. KubernetesYaml.Parse(text, "chart").OfType<JsonObject>()];
    }
}
