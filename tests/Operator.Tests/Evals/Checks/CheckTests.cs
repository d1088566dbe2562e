using System.Text;
using Operator.Evals.Checks;
using Operator.Evals.Suites;
using Xunit;

namespace Operator.Tests.Evals.Checks;

public class CheckTests
{
    [Theory]
    [InlineData("""{"contains":"b"}""", "abc", true)]
    [InlineData("""{"contains":["a","x"]}""", "abc", false)]
    [InlineData("""{"notContains":["x","y"]}""", "abc", true)]
    [InlineData("""{"notContains":"b"}""", "abc", false)]
    [InlineData("""{"regex":"^a.c$"}""", "abc", true)]
    [InlineData("""{"regex":"^b"}""", "abc", false)]
    [InlineData("""{"regex":"(?<=a)b"}""", "abc", true)]
    [InlineData("""{"equals":" abc\n"}""", "abc ", true)]
    [InlineData("""{"equals":"abd"}""", "abc", false)]
    [InlineData("""{"equals":{"a":[1,2.0],"b":null}}""", """{"b":null,"a":[1.0,2]}""", true)]
    [InlineData("""{"equals":{"a":1}}""", """{"a":1,"b":2}""", false)]
    [InlineData("""{"equals":[]}""", "```json\n[]\n```", false)]
    [InlineData("""{"stopReason":["end_turn","stop_sequence"]}""", "", true)]
    [InlineData("""{"stopReason":"max_tokens"}""", "", false)]
    [InlineData("""{"maxOutputTokens":20}""", "", true)]
    [InlineData("""{"maxOutputTokens":19}""", "", false)]
    public void A_check_decides(string check, string answer, bool passes) =>
        Assert.Equal(passes ? CheckOutcome.Passed : CheckOutcome.Failed, Decide(check, answer));

    [Fact]
    public void A_pattern_that_takes_too_long_is_undecided_and_no_failure() =>
        Assert.Equal(CheckOutcome.Undecided, Decide("""{"regex":"^(?=a)(a+)+$"}""", new string('a', 40) + "!"));

    [Theory]
    [InlineData("""{"type":"object","required":["a"],"properties":{"a":{"type":"integer","minimum":1}}}""", """{"a":1.0}""", true)]
    [InlineData("""{"type":"object","required":["a"],"properties":{"a":{"type":"integer","minimum":1}}}""", """{"a":0}""", false)]
    [InlineData("""{"type":"object","required":["a"]}""", """{}""", false)]
    [InlineData("""{"properties":{"a":{}},"additionalProperties":false}""", """{"a":1,"b":1}""", false)]
    [InlineData("""{"additionalProperties":{"type":"string"}}""", """{"b":1}""", false)]
    [InlineData("""{"type":"array","items":{"enum":["x","y"]},"minItems":1,"maxItems":2}""", """["x","y"]""", true)]
    [InlineData("""{"type":"array","items":{"enum":["x","y"]},"minItems":1,"maxItems":2}""", """["x","z"]""", false)]
    [InlineData("""{"type":"array","minItems":1}""", """[]""", false)]
    [InlineData("""{"type":"string","minLength":2,"maxLength":2}""", "\"\\ud83d\\ude00x\"", true)]
    [InlineData("""{"type":"string","pattern":"^[a-z]+$"}""", "\"aB\"", false)]
    [InlineData("""{"type":["string","null"]}""", "null", true)]
    [InlineData("""{"type":"integer"}""", "1.5", false)]
    [InlineData("""{"exclusiveMaximum":5}""", "5", false)]
    [InlineData("""{"maximum":5}""", "1e400", false)]
    [InlineData("""{"const":{"a":1}}""", """{"a":1}""", true)]
    [InlineData("""{"type":"object"}""", "not json", false)]
    [InlineData("""{"type":"boolean","description":"d","title":"t"}""", "true", true)]
    public void A_schema_decides(string schema, string answer, bool passes) =>
        Assert.Equal(passes ? CheckOutcome.Passed : CheckOutcome.Failed, Decide($$"""{"jsonSchema":{{schema}}}""", answer));

    private static CheckOutcome Decide(string check, string answer)
    {
        var line = $$"""{"id":"a","messages":[{"role":"user","content":"x"}],"checks":[{{check}}]}""";
        var reading = SuiteReader.Read([new SuiteFile("suite", "cases.jsonl", Encoding.UTF8.GetBytes(line))]);
        Assert.Empty(reading.Errors);
        return Assert.IsAssignableFrom<PureCheck>(reading.Suite!.Cases[0].Checks[0]).Decide(new Answer(answer, "end_turn", 20));
    }
}
