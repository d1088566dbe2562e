using System.Text.RegularExpressions;
using Operator.Testing;

namespace Operator.Architecture.Tests;

/// <summary>What people are sent to exists.</summary>
public partial class ReadmeTests
{
    [Fact]
    public void Every_link_of_a_guide_leads_somewhere()
    {
        var broken = from guide in Directory.EnumerateFiles(Repository.Root, "README.md", SearchOption.AllDirectories)
                     where !guide.Contains("/bin/", StringComparison.Ordinal) && !guide.Contains("/obj/", StringComparison.Ordinal)
                     from Match link in Link().Matches(File.ReadAllText(guide))
                     let target = link.Groups[1].Value.Split('#')[0]
                     where target.Length > 0 && !target.Contains("://", StringComparison.Ordinal)
                     let path = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(guide)!, target))
                     where !File.Exists(path) && !Directory.Exists(path)
                     select $"{Path.GetRelativePath(Repository.Root, guide)}: {target}";
        Assert.Empty(broken);
    }

    [Fact]
    public void Every_alert_has_its_section_in_the_runbook()
    {
        var readme = File.ReadAllText(Repository.PathOf("README.md"));
        var alerts = File.ReadAllText(Repository.PathOf("charts", "claude-operator", "files", "alerts.yaml"));
        var names = Alert().Matches(alerts).Select(m => m.Groups[1].Value).ToList();
        var anchors = Runbook().Matches(alerts).Select(m => m.Groups[1].Value).ToList();
        Assert.NotEmpty(names);
        Assert.Equal(names.Select(n => n.ToLowerInvariant()), anchors);
        Assert.All(names, name => Assert.Contains($"\n### {name}\n", readme, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"- alert: (\w+)")]
    private static partial Regex Alert();

    [GeneratedRegex(@"runbook_url: \S+#(\w+)")]
    private static partial Regex Runbook();
}
