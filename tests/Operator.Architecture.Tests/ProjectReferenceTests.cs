using System.Xml.Linq;
using Operator.Testing;

namespace Operator.Architecture.Tests;

public class ProjectReferenceTests
{
    /// <summary>What each project under src may reference, directly. A project that is not listed here does not belong in src.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Operator.Contract"] = [],
        ["Operator.Kubernetes"] = [],
        ["Operator.Runtime"] = ["Operator.Kubernetes"],
        ["Operator.Api"] = ["Operator.Kubernetes"],
        ["Operator"] = ["Operator.Contract", "Operator.Kubernetes", "Operator.Runtime", "Operator.Api"],
        ["Operator.Limiter"] = ["Operator.Contract"],
        ["Operator.MockClaude"] = [],
        ["Operator.LocalCluster"] = [],
        ["Operator.Cli"] =
        [
            "Operator.Contract", "Operator.Kubernetes", "Operator.Runtime", "Operator.Api", "Operator", "Operator.Limiter",
            "Operator.MockClaude", "Operator.LocalCluster",
        ],
    };

    [Fact]
    public void Every_project_references_only_what_its_layer_allows()
    {
        var wrong = new List<string>();
        foreach (var project in SourceProjects())
        {
            var name = Path.GetFileNameWithoutExtension(project);
            if (!Allowed.TryGetValue(name, out var allowed))
            {
                wrong.Add($"{name} is not one of the design's projects");
                continue;
            }
            wrong.AddRange(References(project).Where(r => !allowed.Contains(r)).Select(r => $"{name} must not reference {r}"));
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var root = Repository.Root;
        var solution = File.ReadAllText(Path.Combine(root, "Operator.sln"));
        var missing = Directory.EnumerateFiles(root, "*.csproj", SearchOption.AllDirectories)
            .Select(p => Path.GetRelativePath(root, p))
            .Where(p => !solution.Contains(p.Replace('/', '\\'), StringComparison.Ordinal) && !solution.Contains(p, StringComparison.Ordinal));
        Assert.Empty(missing);
    }

    [Fact]
    public void The_top_level_holds_only_what_the_design_lists()
    {
        string[] allowed = ["src", "tests", "config", "charts", "Operator.sln", "Dockerfile", "README.md", "global.json", "LICENSE"];
        var wrong = Directory.EnumerateFileSystemEntries(Repository.Root)
            .Select(p => Path.GetFileName(p))
            .Where(n => !n.StartsWith('.') && !n.EndsWith(".props", StringComparison.Ordinal)
                && !n.EndsWith(".targets", StringComparison.Ordinal) && n != "TestResults" && n != "artifacts" && !allowed.Contains(n));
        Assert.Empty(wrong);
    }

    private static IEnumerable<string> SourceProjects() =>
        Directory.EnumerateFiles(Repository.PathOf("src"), "*.csproj", SearchOption.AllDirectories);

    private static IEnumerable<string> References(string project) =>
        XDocument.Load(project).Descendants("ProjectReference")
            .Select(e => Path.GetFileNameWithoutExtension(e.Attribute("Include")!.Value.Replace('\\', '/')));
}
