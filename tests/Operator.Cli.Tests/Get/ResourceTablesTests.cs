using System.Text.Json.Nodes;
using Operator.Api;
using Operator.Cli.Cluster;
using Operator.Cli.Get;
using Operator.Cli.Tests.Cluster;
using Operator.Kubernetes.Yaml;

namespace Operator.Cli.Tests.Get;

/// <summary>The tables as they stand on a terminal.</summary>
public class ResourceTablesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Deployments_fit_80_columns() => Assert.Equal("""
        NAME            STABLE   CANARY   WEIGHT   GATES   PHASE         AGE
        triage          v14      v15      10%      1/2     Progressing   3h
        release-notes   v6                         0/1     RolledBack    3h

        """.ReplaceLineEndings("\n"), Table(nameof(ClaudeDeployment), wide: false, 80));

    [Fact]
    public void Wide_deployments_fit_140_columns_and_cut_their_prose() => Assert.Equal("""
        NAME           STABLE  CANARY  WEIGHT  GATES  PHASE        MODEL              LIMITERS  AGE  MESSAGE
        triage         v14     v15     10%     1/2    Progressing  claude-sonnet-5-5  3/3       3h   step 2 of 3 holds until 12:30
        release-notes  v6                      0/1    RolledBack   claude-haiku-5-5   2/2       3h   v7 was rolled back: latencyP95 was 22s, at mos…

        """.ReplaceLineEndings("\n"), Table(nameof(ClaudeDeployment), wide: true, 140));

    [Theory]
    [InlineData(40)]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(140)]
    public void No_line_is_wider_than_the_terminal(int width)
    {
        foreach (var kind in new[] { nameof(ClaudeDeployment), nameof(ClaudeQuota), nameof(ClaudeEvalRun) })
        {
            foreach (var wide in new[] { false, true })
                Assert.All(Table(kind, wide, width).Split('\n'), line => Assert.InRange(line.Length, 0, width));
        }
    }

    [Fact]
    public void Without_a_terminal_nothing_is_cut() => Assert.Contains("measured on 412 requests", Table(nameof(ClaudeDeployment), wide: true, null), StringComparison.Ordinal);

    private static string Table(string kind, bool wide, int? width)
    {
        var objects = SampleObjects.Yaml.Split("\n---\n").Select(t => KubernetesYaml.ParseObject(t, "a test")).Where(o => (string?)o["kind"] == kind).ToList();
        foreach (var item in objects) ((JsonObject)item["metadata"]!)["creationTimestamp"] = "2026-11-20T09:00:00Z";
        var columns = ResourceTables.Of(kind, all: false, wide, Now);
        var output = new StringWriter();
        TextTable.Write(output, [.. columns.Select(c => c.Header)], [.. objects.Select(o => columns.Select(c => c.Value(o)).ToList())], width);
        return output.ToString().ReplaceLineEndings("\n");
    }
}
