using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Operator.Kubernetes.Yaml;
using Xunit;

namespace Operator.Tests.Charts;

/// <summary>What can be said of the chart without helm.</summary>
public sealed partial class ChartValuesTests
{
    [Fact]
    public void Every_value_that_a_template_reads_has_a_default()
    {
        var values = Values();
        var read = Directory.EnumerateFiles(Path.Combine(HelmRun.Chart, "templates"), "*", SearchOption.AllDirectories)
            .SelectMany(f => Path_().Matches(File.ReadAllText(f))).Select(m => m.Groups[1].Value).ToHashSet(StringComparer.Ordinal);

        Assert.NotEmpty(read);
        Assert.All(read, path => Assert.True(path.Split('.').Aggregate((JsonNode?)values, (n, key) => n is JsonObject map && map.ContainsKey(key) ? map[key] : null) is not null, $"values.yaml has no {path}"));
    }

    [Fact]
    public void Every_default_is_described_by_the_schema_and_every_setting_has_a_default()
    {
        var schema = JsonNode.Parse(File.ReadAllText(Path.Combine(HelmRun.Chart, "values.schema.json")))!.AsObject();
        Compare(Values(), schema, "");
    }

    private static void Compare(JsonObject values, JsonObject schema, string path)
    {
        if (schema["properties"] is not JsonObject properties) return;
        Assert.All(values, v => Assert.True(properties.ContainsKey(v.Key), $"the schema does not know {path}{v.Key}"));
        foreach (var (name, property) in properties)
        {
            Assert.False(string.IsNullOrEmpty((string?)property!["description"]), $"{path}{name} has no description");
            if (path.Length == 0 && name == "global") continue;
            if (values[name] is JsonObject { Count: > 0 } inner) Compare(inner, property.AsObject(), $"{path}{name}.");
            else if (name is not "issuerRef" && !path.EndsWith("issuerRef.", StringComparison.Ordinal)) Assert.True(values.ContainsKey(name), $"values.yaml has no {path}{name}");
        }
    }

    private static JsonObject Values() => KubernetesYaml.Parse(File.ReadAllText(Path.Combine(HelmRun.Chart, "values.yaml")), "values.yaml").Single()!.AsObject();

    [GeneratedRegex(@"\.Values\.([A-Za-z]+(?:\.[A-Za-z]+)*)")]
    private static partial Regex Path_();
}
