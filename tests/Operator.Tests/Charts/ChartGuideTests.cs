using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Operator.Kubernetes.Yaml;
using Operator.Tests.Manifests;
using Xunit;

namespace Operator.Tests.Charts;

/// <summary>The chart's guide says what the chart has.</summary>
public sealed partial class ChartGuideTests
{
    private const string Heading = "\n## Values\n";
    private const string TableHead = "| Value | Default | Meaning |\n|---|---|---|\n";
    private static readonly string Guide = Path.Combine(HelmRun.Chart, "README.md");
    private static readonly JsonObject Schema = JsonNode.Parse(File.ReadAllText(Path.Combine(HelmRun.Chart, "values.schema.json")))!.AsObject();
    private static readonly JsonObject Values = KubernetesYaml.Parse(File.ReadAllText(Path.Combine(HelmRun.Chart, "values.yaml")), "values.yaml").Single()!.AsObject();

    [Fact]
    public void Every_value_has_its_row_with_default_and_meaning()
    {
        var expected = TableHead + string.Concat(ChartValueRows.Of(Values, Schema).Select(r => r + "\n"));
        var text = File.ReadAllText(Guide);
        var section = text.IndexOf(Heading, StringComparison.Ordinal);
        Assert.True(section > 0, "the guide has no section Values");
        if (Environment.GetEnvironmentVariable(GeneratedManifests.UpdateVariable) == "1")
        {
            var table = text.IndexOf(TableHead, section, StringComparison.Ordinal);
            text = (table < 0 ? text.TrimEnd('\n') + "\n\n" : text[..table]) + expected;
            File.WriteAllText(Guide, text);
        }

        Assert.EndsWith("\n\n" + expected, text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_value_gets_a_row()
    {
        var (values, schema) = (Values.DeepClone().AsObject(), Schema.DeepClone().AsObject());
        values["log"]!["level"] = "Warning";
        schema["properties"]!["log"]!["properties"]!["level"] = new JsonObject { ["type"] = "string", ["description"] = "The least | that is written." };

        Assert.Equal(["| `log.level` | `Warning` | The least \\| that is written. |"], ChartValueRows.Of(values, schema).Except(ChartValueRows.Of(Values, Schema)));
    }

    [Fact]
    public void Every_setting_that_the_guide_names_exists()
    {
        var named = Setting().Matches(File.ReadAllText(Guide)).Select(m => m.Groups[1].Value).Distinct().ToList();

        Assert.Contains("crds.keep", named);
        Assert.All(named, setting => Assert.True(Knows(setting), $"the schema does not know {setting}"));
    }

    private static bool Knows(string setting)
    {
        JsonNode? at = Schema;
        foreach (var key in setting.Split('.')) at = at?["properties"]?[key] ?? (at?["additionalProperties"] is JsonObject any ? any : null);
        return at is not null;
    }

    /// <summary>A path of --set, or in code marks with a dot or a value.</summary>
    [GeneratedRegex(@"(?:--set |`)((?:image|limiter|crds|admission|podDisruptionBudget|networkPolicy|metrics|replicas|namespaced)(?:\.\w+)*)(?==|`|\s)")]
    private static partial Regex Setting();
}
