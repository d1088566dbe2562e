using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Operator.LocalCluster.Schemas;
using Operator.LocalCluster.Tests.Schemas;
using Operator.LocalCluster.Yaml;

namespace Operator.LocalCluster.Tests.Yaml;

public class RequestBodyTests
{
    private static ParsedBody Parse(string text, string? contentType) => RequestBody.Parse(Encoding.UTF8.GetBytes(text), contentType);

    private static JsonNode? Yaml(string text) => Parse(text, "application/yaml").Node;

    [Theory]
    [InlineData("a: yes", "{'a':true}")]
    [InlineData("a: n", "{'a':false}")]
    [InlineData("a: 'yes'", "{'a':'yes'}")]
    [InlineData("a: \"1\"", "{'a':'1'}")]
    [InlineData("a: ~\nb:", "{'a':null,'b':null}")]
    [InlineData("a: 0x1F\nb: 010\nc: 1_000\nd: -5\ne: 0b11\nf: +7\ng: 0", "{'a':31,'b':8,'c':1000,'d':-5,'e':3,'f':7,'g':0}")]
    [InlineData("a: 1.5\nb: 1e3\nc: .5\nd: 1.", "{'a':1.5,'b':1000.0,'c':0.5,'d':1.0}")]
    [InlineData("a: 1.2.3\nb: 1e\nc: 089\nd: 0xZZ\ne: 1:30", "{'a':'1.2.3','b':'1e','c':89,'d':'0xZZ','e':'1:30'}")]
    [InlineData("a: 2026-01-01\nb: 2026-01-01T00:00:00Z", "{'a':'2026-01-01','b':'2026-01-01T00:00:00Z'}")]
    [InlineData("a: !!str 5\nb: !!int '5'\nc: !!binary aGk=\nd: ! 5", "{'a':'5','b':5,'c':'hi','d':'5'}")]
    [InlineData("1: a\nyes: b\n1.5: c", "{'1':'a','true':'b','1.5':'c'}")]
    [InlineData("base: &b {p: 1, q: 2}\nown: {<<: *b, q: 3}", "{'base':{'p':1,'q':2},'own':{'q':3,'p':1}}")]
    [InlineData("a: |\n  two\n  lines\nb: >-\n  one\n  line", "{'a':'two\\nlines\\n','b':'one line'}")]
    [InlineData("{a: [1, {b: c}]}", "{'a':[1,{'b':'c'}]}")]
    [InlineData("# nothing", "null")]
    [InlineData("a: 1\n---\nb: 2", "{'a':1}")]
    public void Yaml_is_read_by_the_rules_of_the_kubernetes_tools(string yaml, string expected) => Json.AreEqual(Json.Node(expected), Yaml(yaml));

    [Theory]
    [InlineData("a: [1", "yaml: line ")]
    [InlineData("a: *missing", "yaml: ")]
    [InlineData("a: &a [*a]", "yaml: anchor 'a' value contains itself")]
    [InlineData("a: .inf", "json: unsupported value: .inf")]
    [InlineData("? {a: 1}\n: b", "yaml: unsupported map key of type: Map")]
    [InlineData("a: !!int x", "yaml: cannot decode `x` as a !!int")]
    [InlineData("a: {<<: 5}", "yaml: map merge requires map or sequence of maps as the value")]
    [InlineData("a: !!binary '*'", "yaml: !!binary value contains invalid base64 data")]
    public void Yaml_that_is_none_is_refused_with_the_reason(string yaml, string reason) =>
        Assert.StartsWith(reason, Assert.Throws<FormatException>(() => Yaml(yaml)).Message, StringComparison.Ordinal);

    [Fact]
    public void Aliases_cannot_make_a_document_explode()
    {
        var bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for (var i = 1; i < 12; i++)
        {
            bomb.AppendLine($"a{i}: &a{i} [{string.Join(",", Enumerable.Repeat($"*a{i - 1}", 10))}]");
        }

        Assert.Equal("yaml: document contains excessive aliasing", Assert.Throws<FormatException>(() => Yaml(bomb.ToString())).Message);
    }

    [Fact]
    public void Nesting_is_bounded()
    {
        var deep = new string('[', 5000) + new string(']', 5000);
        Assert.Equal("exceeded max depth", Assert.Throws<FormatException>(() => Parse(deep, "application/json")).Message);
        Assert.Equal("yaml: exceeded max depth", Assert.Throws<FormatException>(() => Parse(deep, "application/apply-patch+yaml")).Message);
        Assert.NotNull(Parse(new string('[', 100) + new string(']', 100), null).Node);
    }

    [Theory]
    [InlineData("{\"a\":{\"b\":1,\"b\":2,\"b\":3},\"l\":[{\"x\":1,\"x\":2}]}", "application/json")]
    [InlineData("a: {b: 1, b: 2, b: 3}\nl: [{x: 1, x: 2}]", "application/yaml; charset=utf-8")]
    public void Repeated_keys_are_named_and_the_last_wins(string text, string contentType)
    {
        var body = Parse(text, contentType);
        Assert.Equal(["a.b", "l[0].x"], body.DuplicateKeys);
        Json.AreEqual(Json.Node("{'a':{'b':3},'l':[{'x':2}]}"), body.Node);
    }

    [Theory]
    [InlineData("{not json", "invalid character 'n' looking for beginning of object key string")]
    [InlineData("", "unexpected end of JSON input")]
    [InlineData("{\"a\":1", "unexpected end of JSON input")]
    [InlineData("{\"a\" 1}", "invalid character '1' after object key")]
    [InlineData("{\"a\":1 \"b\"}", "invalid character '\"' after object key:value pair")]
    [InlineData("[1 2]", "invalid character '2' after array element")]
    [InlineData("{} x", "invalid character 'x' after top-level value")]
    [InlineData("<", "invalid character '<' looking for beginning of value")]
    [InlineData("nul!", "invalid character '!' in literal null (expecting 'l')")]
    [InlineData("-x", "invalid character 'x' in numeric literal")]
    [InlineData("1.x", "invalid character 'x' after decimal point in numeric literal")]
    [InlineData("1ex", "invalid character 'x' in exponent of numeric literal")]
    [InlineData("\"\\x\"", "invalid character 'x' in string escape code")]
    [InlineData("\"\\u12g4\"", "invalid character 'g' in \\u hexadecimal character escape")]
    [InlineData("\"a\nb\"", "invalid character '\\n' in string literal")]
    [InlineData("01", "invalid character '1' after top-level value")]
    [InlineData("1e999", "json: cannot unmarshal number 1e999 into Go value of type float64")]
    public void Json_that_is_none_is_refused_in_the_decoders_words(string json, string reason) =>
        Assert.Equal(reason, Assert.Throws<FormatException>(() => Parse(json, "application/json")).Message);

    [Fact]
    public void Integers_and_other_numbers_are_told_apart()
    {
        var body = (JsonObject)Parse("{\"i\":9223372036854775807,\"f\":1.0,\"big\":9223372036854775808,\"s\":\"\\u00e9\\ud83d\\ude00\\/\"}", null).Node!;
        Assert.Equal(JsonScalarKind.Integer, JsonScalar.KindOf(body["i"]));
        Assert.Equal(JsonScalarKind.Float, JsonScalar.KindOf(body["f"]));
        Assert.Equal(JsonScalarKind.Float, JsonScalar.KindOf(body["big"]));
        Assert.Equal("18446744073709552000", GoFormat.Json(Yaml("18446744073709551615")));
        Assert.Equal("é😀/", body["s"]!.GetValue<string>());
    }

    [Fact]
    public void Json_text_reads_the_same_as_json_and_as_yaml() =>
        Check.One(Config.QuickThrowOnFailure.WithReplay(17, 3), Prop.ForAll(DefaultsAndPruningTests.Widgets.ToArbitrary(), widget =>
        {
            var text = widget.ToJsonString();
            return JsonNode.DeepEquals(widget, Parse(text, "application/json").Node) && JsonNode.DeepEquals(widget, Yaml(text));
        }));
}
