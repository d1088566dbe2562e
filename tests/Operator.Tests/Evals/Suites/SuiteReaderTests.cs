using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Operator.Evals.Suites;
using Xunit;

namespace Operator.Tests.Evals.Suites;

public class SuiteReaderTests
{
    private const string Good = """{"id":"a","slice":"billing","messages":[{"role":"user","content":"hi"}],"maxTokens":50,"checks":[{"contains":"refund"}]}""";

    [Fact]
    public void A_suite_has_its_cases_and_sentinels_in_order()
    {
        var reading = Read(Good + "\n\n" + """{"id":"s","sentinel":"bad","answer":"no","checks":[{"contains":"yes"}]}""" + "\r\n"
            + """{"id":"b","messages":[{"role":"user","content":[{"type":"text","text":"x"}]}],"checks":[{"equals":{"a":1}}]}""");
        Assert.Empty(reading.Errors);
        Assert.Equal(["a", "b"], reading.Suite!.Cases.Select(c => c.Id));
        Assert.Equal("billing", reading.Suite.Cases[0].Slice);
        Assert.Equal(50, reading.Suite.Cases[0].MaxTokens);
        var sentinel = Assert.Single(reading.Suite.Sentinels);
        Assert.False(sentinel.IsGood);
        Assert.Equal(64, reading.Suite.Digest.Length);
    }

    [Theory]
    [InlineData("""{"id":"a" "x":1}""", 1, 11, "not JSON")]
    [InlineData("""[1]""", 1, 1, "a case is a JSON object")]
    [InlineData("""{"id":"a","messages":[{"role":"user","content":"x"}],"checks":[{"contains":"x"}],"system":"s"}""", 1, 82, "comes from the revision under test")]
    [InlineData("""{"id":"a","messages":[{"role":"user","content":"x"}],"checks":[{"contians":"x"}]}""", 1, 65, "'contians' is no check")]
    [InlineData("""{"id":"a","messages":[],"checks":[{"contains":"x"}]}""", 1, 22, "messages is a list")]
    [InlineData("""{"id":"a","messages":[{"role":"assistant","content":"x"}],"checks":[{"contains":"x"}]}""", 1, 31, "begins with the user")]
    [InlineData("""{"id":"ä b","messages":[{"role":"user","content":"x"}],"checks":[{"contains":"x"}]}""", 1, 7, "id is a text")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"checks":[{"contains":"x"}]}""", 1, 1, "id is missing")]
    [InlineData("""{"id":"a","messages":[{"role":"user","content":"x"}],"checks":[{"regex":"("}]}""", 1, 73, "not a pattern")]
    [InlineData("""{"id":"a","messages":[{"role":"user","content":"x"}],"checks":[{"jsonSchema":{"oneOf":[]}}]}""", 1, 79, "'oneOf' is no keyword")]
    [InlineData("""{"id":"a","messages":[{"role":"user","content":"x"}],"checks":[{"judge":{"model":"m","rubric":"r","min":11}}]}""", 1, 105, "judge.min")]
    [InlineData("""{"id":"a","id":"b"}""", 1, 11, "stands here twice")]
    [InlineData("""{"id":"a","messages":[{"role":"user","content":"x"}],"checks":[{"contains":"x"}],"answer":"y"}""", 1, 91, "answer belongs to sentinels")]
    [InlineData("""{"id":"a","sentinel":"good","checks":[{"contains":"x"}]}""", 1, 1, "needs an answer")]
    public void An_error_tells_its_place_and_cause(string line, int at, int column, string cause)
    {
        var error = Assert.Single(Read(line).Errors);
        Assert.Equal(("suite", "cases.jsonl", at, column), (error.ConfigMap, error.Key, error.Line, error.Column));
        Assert.Contains(cause, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_count_characters_and_not_bytes()
    {
        var error = Assert.Single(Read("""{"id":"a","messages":[{"role":"user","content":"äöü€"}],"checks":[{"regex":"("}]}""").Errors);
        Assert.Equal(76, error.Column);
    }

    [Fact]
    public void Every_error_is_told_at_once_with_its_line()
    {
        var errors = Read("{}\n" + Good + "\n" + Good + "\nnope").Errors;
        Assert.Equal([1, 1, 1, 3, 4], errors.Select(e => e.Line));
        Assert.Contains("taken by the case at suite/cases.jsonl:2", errors[3].Message, StringComparison.Ordinal);
        Assert.Equal("suite/cases.jsonl:4:2: ", errors[4].ToString()[.."suite/cases.jsonl:4:2: ".Length]);
    }

    [Fact]
    public void Errors_are_bounded_and_the_rest_is_counted()
    {
        var reading = Read(string.Join('\n', Enumerable.Repeat("x", 200)));
        Assert.Equal(SuiteLimits.Errors, reading.Errors.Count);
        Assert.Equal(150, reading.Untold);
        Assert.True(reading.Describe().Length < 1200);
        Assert.Contains("more", reading.Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_suite_without_cases_is_an_error()
    {
        Assert.Contains("has no case", Assert.Single(Read("\n \n").Errors).Message, StringComparison.Ordinal);
        Assert.Single(SuiteReader.Read([]).Errors);
    }

    [Fact]
    public void More_cases_than_allowed_are_an_error()
    {
        var lines = Enumerable.Range(0, SuiteLimits.Cases + 1).Select(i => Good.Replace("\"a\"", $"\"c{i}\"", StringComparison.Ordinal));
        var error = Assert.Single(Read(string.Join('\n', lines)).Errors);
        Assert.Equal(SuiteLimits.Cases + 1, error.Line);
    }

    [Fact]
    public void The_digest_does_not_depend_on_spelling_or_sharding()
    {
        var second = Good.Replace("\"a\"", "\"b\"", StringComparison.Ordinal);
        var one = Read(Good + "\n" + second).Suite!.Digest;
        var spelled = """ { "checks" : [ {"contains":"re\u0066und"} ], "maxTokens":50, "messages":[{"content":"hi","role":"user"}],"slice":"billing","id":"a" } """;
        Assert.Equal(one, Read(spelled + "\r\n\n" + second + "\n").Suite!.Digest);
        Assert.Equal(one, SuiteReader.Read([File("a", Good), File("b", second)]).Suite!.Digest);
        Assert.NotEqual(one, Read(second + "\n" + Good).Suite!.Digest);
        Assert.NotEqual(one, Read(Good + "\n" + second.Replace("hi", "ho", StringComparison.Ordinal)).Suite!.Digest);
    }

    [Fact]
    public void No_bytes_make_the_reader_throw() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        {
            var reading = SuiteReader.Read([new SuiteFile("suite", "cases.jsonl", bytes)]);
            return (reading.Suite is null) == (reading.Errors.Count > 0);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(7, 11));

    [Fact]
    public void No_mutation_of_a_good_line_makes_the_reader_throw()
    {
        var good = Encoding.UTF8.GetBytes(Good + "\n" + """{"id":"s","sentinel":"good","answer":"\ud83d\ude00","checks":[{"jsonSchema":{"type":"object","properties":{"a":{"pattern":"^x"}}}},{"judge":{"model":"m","rubric":"r","min":3}}]}""");
        var mutations = Gen.Choose(0, good.Length - 1)
            .SelectMany(position => Gen.Choose(0, 255).SelectMany(value => Gen.Choose(0, 2).Select(kind => (position, value, kind)))).ToArbitrary();
        Prop.ForAll(mutations, mutation =>
        {
            var (position, value, kind) = mutation;
            byte[] bytes = kind switch
            {
                0 => [.. good[..position], (byte)value, .. good[(position + 1)..]],
                1 => [.. good[..position], .. good[(position + 1)..]],
                _ => [.. good[..position], (byte)value, .. good[position..]],
            };
            var reading = SuiteReader.Read([new SuiteFile("suite", "cases.jsonl", bytes)]);
            return (reading.Suite is null) == (reading.Errors.Count > 0) && reading.Errors.All(e => e.Line is 0 or 1 or 2 or 3);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000).WithReplay(7, 11));
    }

    private static SuiteReading Read(string content) => SuiteReader.Read([File("suite", content)]);

    private static SuiteFile File(string map, string content) => new(map, "cases.jsonl", Encoding.UTF8.GetBytes(content));
}
