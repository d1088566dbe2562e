using Operator.Cli.Lint;

namespace Operator.Cli.Tests.Lint;

public class LinterTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private const string Good = """
        apiVersion: claudeops.dev/v1alpha1
        kind: ClaudeDeployment
        metadata: {name: triage, namespace: support}
        spec:
          model: claude-sonnet-5-5
          prompt: {name: triage, version: v1}
          quotaRef: {name: tools}

        """;

    [Fact]
    public void A_good_manifest_has_no_errors() => Assert.DoesNotContain(Check(Good), f => f.Severity == "error");

    [Theory]
    [InlineData("  model: claude-sonnet-5-5", "  model: claude-none", 5, "spec.model")]
    [InlineData("  quotaRef: {name: tools}", "  quotaReff: {name: tools}", 7, "spec.quotaReff")]
    [InlineData("  quotaRef: {name: tools}", "  quotaRef: {name: tools}\n  canary:\n    steps:\n    - weight: 20\n    - weight: 10", 11, "spec.canary.steps[1].weight")]
    [InlineData("  quotaRef: {name: tools}", "  quotaRef: tools", 7, "spec.quotaRef")]
    [InlineData("v1alpha1", "v9", 1, "apiVersion")]
    [InlineData("kind: ClaudeDeployment", "kind: ClaudeDeploymnt", 2, "kind")]
    public void Every_finding_tells_its_file_its_line_and_its_field(string from, string to, int line, string path)
    {
        var finding = Check(Good.Replace(from, to, StringComparison.Ordinal)).First(f => f.Path == path);
        Assert.Equal(("a.yaml", line), (finding.File, finding.Line));
        Assert.StartsWith($"a.yaml:{line}:", finding.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_yaml_is_told_where_it_breaks()
    {
        var finding = Assert.Single(Check("a: [1\nb: 2"));
        Assert.Contains("no YAML", finding.Message, StringComparison.Ordinal);
        Assert.InRange(finding.Line, 1, 2);
    }

    [Fact]
    public void A_prompt_version_that_the_files_do_not_have_is_an_error_where_they_have_others()
    {
        const string Prompt = """
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata:
              name: triage-v2
              namespace: support
              labels: {claudeops.dev/prompt: triage, claudeops.dev/prompt-version: v2}
            """;
        Assert.Contains(Check(Good + Prompt), f => f.Path == "spec.prompt.version" && f.Severity == "error");
        Assert.DoesNotContain(Check(Good + Prompt.Replace("v2", "v1", StringComparison.Ordinal)), f => f.Path == "spec.prompt.version");
    }

    [Fact]
    public void Quotas_that_are_each_others_parents_are_an_error_of_both()
    {
        const string Ring = """
            apiVersion: claudeops.dev/v1alpha1
            kind: ClaudeQuota
            metadata: {name: a}
            spec: {parentRef: {name: b}, share: {guarantee: 10%}}
            ---
            apiVersion: claudeops.dev/v1alpha1
            kind: ClaudeQuota
            metadata: {name: b}
            spec: {parentRef: {name: a}, share: {guarantee: 10%}}
            """;
        Assert.Equal([4, 9], Check(Ring).Where(f => f.Severity == "error" && f.Path.StartsWith("spec.parentRef", StringComparison.Ordinal)).Select(f => (int)f.Line).Distinct());
        Assert.DoesNotContain(Check(Ring.Replace("parentRef: {name: b}, share: {guarantee: 10%}", "tier: Scale", StringComparison.Ordinal)), f => f.Severity == "error");
    }

    [Fact]
    public void An_object_that_stands_twice_is_told_with_the_first_place()
    {
        var finding = Assert.Single(Check(Good + "---\n" + Good), f => f.Path == "metadata.name");
        Assert.Equal(11, finding.Line);
        Assert.Contains("a.yaml:1", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_suite_that_a_gate_names_is_checked_line_by_line()
    {
        const string Suite = """
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: cases, namespace: support}
            data:
              cases.jsonl: |
                {"id": "one", "messages": [{"role": "user", "content": "Hi"}], "checks": [{"contains": "Hello"}]}
                {"id": "one" "messages": []}
            """;
        var gated = Good + "  gates: {evals: [{name: golden, suite: {configMap: cases}, passRate: 95%}]}\n";
        var findings = Check(gated.Replace("\n\n", "\n", StringComparison.Ordinal) + Suite);
        Assert.Contains(findings, f => f.Path == "data.cases.jsonl" && f.Severity == "error" && f.Message.StartsWith("case in line 2", StringComparison.Ordinal));
    }

    [Fact]
    public void Other_kinds_are_left_alone() => Assert.Empty(Check("apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {nonsense: true}"));

    private static IReadOnlyList<LintFinding> Check(string text) => Linter.Check([("a.yaml", text)], Now);
}
