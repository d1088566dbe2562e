using System.Text.Json.Nodes;
using Operator.Kubernetes.Yaml;

namespace Operator.Kubernetes.Tests.Yaml;

public class KubernetesYamlTests
{
    [Theory]
    // What kubectl 1.32 makes of these scalars.
    [InlineData("y", "true")]
    [InlineData("n", "false")]
    [InlineData("yes", "true")]
    [InlineData("No", "false")]
    [InlineData("on", "true")]
    [InlineData("Off", "false")]
    [InlineData("TRUE", "true")]
    [InlineData("\"true\"", "\"true\"")]
    [InlineData("tRUE", "\"tRUE\"")]
    [InlineData("0777", "511")]
    [InlineData("0o777", "511")]
    [InlineData("0x1F", "31")]
    [InlineData("0b11", "3")]
    [InlineData("1_000", "1000")]
    [InlineData("+12", "12")]
    [InlineData("-0", "0")]
    [InlineData("012", "10")]
    [InlineData("08", "8")]
    [InlineData("1.50", "1.50")]
    [InlineData(".5", "0.5")]
    [InlineData("5.", "5")]
    [InlineData("1e3", "1e3")]
    [InlineData("1:30", "\"1:30\"")]
    [InlineData("9007199254740993", "9007199254740993")]
    [InlineData("18446744073709551615", "18446744073709551615")]
    [InlineData("~", "null")]
    [InlineData("Null", "null")]
    [InlineData("", "null")]
    [InlineData("''", "\"\"")]
    [InlineData("2001-01-01", "\"2001-01-01\"")]
    [InlineData("2001-01-01T00:00:00Z", "\"2001-01-01T00:00:00Z\"")]
    [InlineData("=", "\"=\"")]
    [InlineData("nan", "\"nan\"")]
    [InlineData("10%", "\"10%\"")]
    [InlineData("v1", "\"v1\"")]
    [InlineData("1.2.3", "\"1.2.3\"")]
    [InlineData("-", "[null]")]
    [InlineData("--", "\"--\"")]
    [InlineData(".", "\".\"")]
    [InlineData("0x", "\"0x\"")]
    [InlineData("!!str 12", "\"12\"")]
    [InlineData("! 12", "\"12\"")]
    public void Plain_scalars_mean_what_they_mean_to_kubectl(string scalar, string json)
    {
        var value = KubernetesYaml.ParseObject("v: " + (scalar == "-" ? "\n- " : scalar))["v"];
        Assert.Equal(json, value?.ToJsonString() ?? "null");
    }

    [Fact]
    public void A_stream_has_many_documents_and_empty_ones_are_left_out()
    {
        var documents = KubernetesYaml.Parse("# nothing\n---\na: 1\n---\n---\n{\"b\": [2, {\"c\": null}]}\n...\n---\n# end\n");
        Assert.Equal(["""{"a":1}""", """{"b":[2,{"c":null}]}"""], documents.Select(d => d.ToJsonString()));
    }

    [Fact]
    public void Anchors_and_merge_keys_are_expanded_and_own_keys_win()
    {
        var document = KubernetesYaml.ParseObject("""
            base: &b {x: 1, z: 2}
            other: &o {z: 9, w: 3}
            one: {<<: *b, x: 5}
            two: {<<: [*b, *o]}
            same: *b
            """);
        Assert.Equal("""{"x":5,"z":2}""", document["one"]!.ToJsonString());
        Assert.Equal("""{"x":1,"z":2,"w":3}""", document["two"]!.ToJsonString());
        Assert.Equal("""{"x":1,"z":2}""", document["same"]!.ToJsonString());
    }

    [Fact]
    public void Blocks_of_text_keep_their_lines()
    {
        var document = KubernetesYaml.ParseObject("keep: |\n  a\n   b\n\nfold: >-\n  a\n  b\n");
        Assert.Equal("a\n b\n", document["keep"]!.ToString());
        Assert.Equal("a b", document["fold"]!.ToString());
    }

    [Theory]
    [InlineData("a: 1\na: 2", 2, "the key 'a' is already set")]
    [InlineData("a: .inf", 1, "'.inf' cannot be written in JSON")]
    [InlineData("a: *x", 1, "x")]
    [InlineData("a: &x [*x]", 1, "'x' is not defined")]
    [InlineData("? [a]\n: b", 1, "a key must be a scalar")]
    [InlineData("a: !thing b", 1, "the tag '!thing' has no meaning here")]
    [InlineData("<<: 1", 1, "a merge key needs a map")]
    [InlineData("a: {b", 2, "")]
    public void What_is_wrong_is_told_with_its_place(string text, long line, string problem)
    {
        var error = Assert.Throws<YamlFormatException>(() => KubernetesYaml.Parse(text, "a.yaml"));
        Assert.Equal(line, error.Line);
        Assert.StartsWith($"a.yaml: line {line}, column {error.Column}: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Texts_that_grow_without_end_are_refused()
    {
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + string.Join("\n", Enumerable.Range(1, 9)
            .Select(i => $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]"));
        Assert.Contains("too many values", Assert.Throws<YamlFormatException>(() => KubernetesYaml.Parse(bomb)).Message, StringComparison.Ordinal);

        var deep = new string('[', 5000);
        Assert.Contains("nested deeper", Assert.Throws<YamlFormatException>(() => KubernetesYaml.Parse(deep)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_object_is_asked_for_where_one_is_needed()
    {
        Assert.Throws<YamlFormatException>(() => KubernetesYaml.ParseObject("- a"));
        Assert.Throws<YamlFormatException>(() => KubernetesYaml.ParseObject(""));
        Assert.IsType<JsonObject>(KubernetesYaml.ParseObject("{}"));
    }
}
