using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Operator.Conformance.Replay;

/// <summary>The comparison itself: blind to what no two runs share, and to nothing else.</summary>
public partial class ComparisonTests
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IEnumerable<TheoryDataRow<int>> Rules => GoldenRecords.Rules.Select(r => new TheoryDataRow<int>(r.Number));

    [Fact]
    public void The_whole_record_is_carried()
    {
        Assert.Equal(66, GoldenRecords.Rules.Count);
        Assert.Equal(Enumerable.Range(1, 100), GoldenRecords.Commands.Select(c => c.Number));
        Assert.All(GoldenRecords.Rules, r => Assert.NotEmpty(r.Steps));
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void An_answer_agrees_with_the_same_answer_of_another_run(int rule)
    {
        var symbols = new SymbolTable();
        foreach (var answer in Answers(rule))
        {
            Assert.Empty(JsonComparison.Compare(symbols, answer, AnotherRun(answer, symbols)));
        }
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Every_value_that_is_not_volatile_counts(int rule)
    {
        foreach (var answer in Answers(rule))
        {
            for (var leaf = 0; Mutate(AnotherRun(answer, new SymbolTable()), leaf) is var (mutant, path); leaf++)
            {
                if (mutant is null) break;
                if (IsVolatile(path)) continue;
                Assert.True(JsonComparison.Compare(new SymbolTable(), answer, mutant).Count > 0, $"a change of {path} went unseen");
            }
        }
    }

    [Fact]
    public void Equal_versions_must_stay_equal_and_later_ones_later()
    {
        var symbols = new SymbolTable();
        Assert.Null(symbols.ObjectVersion("10", "1000"));
        Assert.Null(symbols.ObjectVersion("12", "1005"));
        Assert.Null(symbols.ObjectVersion("10", "1000"));
        Assert.NotNull(symbols.ObjectVersion("10", "1001"));
        Assert.NotNull(symbols.ObjectVersion("11", "1005"));
        Assert.NotNull(symbols.ObjectVersion("11", "999"));
        Assert.Null(symbols.ObjectVersion("11", "1001"));
        Assert.Null(symbols.ListVersion("12", "1005"));
        Assert.NotNull(symbols.ListVersion("12", "1004"));
        Assert.NotNull(symbols.ObjectVersion("13", "abc"));
    }

    [Fact]
    public void What_a_server_made_for_itself_has_no_order_but_keeps_its_version()
    {
        var symbols = new SymbolTable(firstVersion: 10);
        Assert.Null(symbols.ObjectVersion("10", "7"));
        Assert.Null(symbols.ObjectVersion("4", "9"));
        Assert.Null(symbols.ObjectVersion("4", "9"));
        Assert.NotNull(symbols.ObjectVersion("4", "8"));
        Assert.Null(symbols.ObjectVersion("11", "8"));
    }

    [Fact]
    public void An_identity_stands_for_one_object()
    {
        var symbols = new SymbolTable();
        Assert.Null(symbols.Identity("id-a", "id-x"));
        Assert.Null(symbols.Identity("id-a", "id-x"));
        Assert.NotNull(symbols.Identity("id-a", "id-y"));
        Assert.NotNull(symbols.Identity("id-b", "id-x"));
        Assert.Equal("object id-x", symbols.Substitute("object id-a"));
    }

    [Theory]
    [InlineData("NAME   AGE\na      5s\n", "NAME     AGE\na        2m10s\n", true)]
    [InlineData("NAME   AGE\na      5s\n", "NAME   AGE\nb      5s\n", false)]
    [InlineData("* b\n* a\nend\n", "* a\n* b\nend\n", true)]
    [InlineData("spec:\n  a: 1\n", "spec:\n    a: 1\n", false)]
    [InlineData("a\nb\n", "b\na\n", false)]
    [InlineData("a\n", "a\nb\n", false)]
    public void Printed_text_may_differ_in_ages_widths_and_the_order_of_errors_alone(string recorded, string live, bool agrees) =>
        Assert.Equal(agrees, new TextComparison(new SymbolTable()).Compare("stdout", recorded, live, TextMode.Exact).Count == 0);

    [Fact]
    public void Lines_in_any_order_must_still_be_the_same_lines()
    {
        var comparison = new TextComparison(new SymbolTable());
        Assert.Empty(comparison.Compare("stdout", "a\nb\n", "b\na\n", TextMode.AnyOrder));
        Assert.NotEmpty(comparison.Compare("stdout", "a\nb\n", "b\nb\na\n", TextMode.AnyOrder));
        Assert.NotEmpty(comparison.Compare("stdout", "a\nb\n", "b\nc\n", TextMode.AnyOrder));
    }

    [Fact]
    public void A_server_may_serve_less_only_where_that_is_said()
    {
        var comparison = new TextComparison(new SymbolTable());
        Assert.Empty(comparison.Compare("stdout", "a\nb\n", "a\n", TextMode.LiveWithinRecord));
        Assert.NotEmpty(comparison.Compare("stdout", "a\nb\n", "a\nc\n", TextMode.LiveWithinRecord));
        Assert.Empty(comparison.Compare("stdout", "a\n", "a\nc\n", TextMode.RecordWithinLive));
        Assert.NotEmpty(comparison.Compare("stdout", "a\nb\n", "a\nc\n", TextMode.RecordWithinLive));
    }

    private static IEnumerable<JsonNode> Answers(int rule) =>
        GoldenRecords.Rules[rule - 1].Steps.Where(s => s.Answer is JsonObject or JsonArray).Select(s => s.Answer!);

    /// <summary>The same answer with other identities, later versions and another hour.</summary>
    private static JsonNode AnotherRun(JsonNode answer, SymbolTable met)
    {
        var now = DateTimeOffset.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var text = RecordedTime().Replace(answer.ToJsonString(Readable), now);
        // These speak of versions and identities in a sentence, by the names that were met before.
        if (text.Contains("in record", StringComparison.Ordinal) || text.Contains("\\\"resourceVersion", StringComparison.Ordinal)) return JsonNode.Parse(met.Substitute(text))!;
        text = Uid().Replace(text, m => Turned(m.Value));
        return JsonNode.Parse(Version().Replace(text, m => m.Groups[1].Value + (long.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture) * 3).ToString(CultureInfo.InvariantCulture)))!;
    }

    private static string Turned(string uid) => new([.. uid.Select(c => c is >= '0' and <= '8' ? (char)(c + 1) : c is '9' ? '0' : c)]);

    private static bool IsVolatile(string path) =>
        path.EndsWith(".uid", StringComparison.Ordinal)
        // Column texts are not compared.
        || path.EndsWith(".description", StringComparison.Ordinal)
        || path.EndsWith(".resourceVersion", StringComparison.Ordinal)
        || path.EndsWith(".continue", StringComparison.Ordinal);

    /// <summary>A copy in which the leaf of this number is another value; no copy when there are fewer leaves.</summary>
    private static (JsonNode? Mutant, string Path) Mutate(JsonNode answer, int leaf)
    {
        var copy = answer.DeepClone();
        var count = 0;
        return Find(copy, "$") is { } path ? (copy, path) : (null, "");

        string? Find(JsonNode? node, string at)
        {
            foreach (var (child, key, set) in Children(node))
            {
                if (child is JsonObject { Count: > 0 } or JsonArray { Count: > 0 })
                {
                    if (Find(child, at + key) is { } found) return found;
                }
                else if (count++ == leaf)
                {
                    set(child is JsonValue v && v.GetValueKind() == JsonValueKind.String ? "another" : JsonValue.Create("mutant"));
                    return at + key;
                }
            }
            return null;
        }
    }

    private static IEnumerable<(JsonNode? Child, string Key, Action<JsonNode?> Set)> Children(JsonNode? node)
    {
        if (node is JsonObject map)
            foreach (var (key, value) in map.ToArray()) yield return (value, "." + key, v => map[key] = v);
        if (node is JsonArray list)
            for (var i = 0; i < list.Count; i++)
            {
                var index = i;
                yield return (list[i], $"[{i}]", v => list[index] = v);
            }
    }

    [GeneratedRegex(@"2026-11-20T22:4\d:\d\dZ")]
    private static partial Regex RecordedTime();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Uid();

    [GeneratedRegex("""("resourceVersion":")(\d+)""")]
    private static partial Regex Version();
}
