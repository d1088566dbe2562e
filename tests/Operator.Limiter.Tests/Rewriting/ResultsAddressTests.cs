using System.Text;
using Operator.Limiter.Rewriting;

namespace Operator.Limiter.Tests.Rewriting;

public class ResultsAddressTests
{
    private const string Root = "http://127.0.0.1:8787";

    [Theory]
    [InlineData(
        """{"id":"b","results_url":"https://api.anthropic.com/v1/messages/batches/b/results","n": 1}""",
        """{"id":"b","results_url":"http://127.0.0.1:8787/v1/messages/batches/b/results","n": 1}""")]
    [InlineData(
        """{"data":[{"results_url":"https://a/v1/messages/batches/b/results"},{"results_url":null},{"results_url" : "https://a/v1/messages/batches/c/results?x=1&y=2"}]}""",
        """{"data":[{"results_url":"http://127.0.0.1:8787/v1/messages/batches/b/results"},{"results_url":null},{"results_url" : "http://127.0.0.1:8787/v1/messages/batches/c/results?x=1&y=2"}]}""")]
    [InlineData(
        """{"results_url":"https:\/\/gateway.example.com:8443\/claude\/v1\/messages\/batches\/b\/results"}""",
        """{"results_url":"http://127.0.0.1:8787/v1/messages/batches/b/results"}""")]
    public void The_results_of_a_batch_are_found_where_the_caller_reaches_the_limiter(string told, string expected) =>
        Assert.Equal(expected, Lead(told));

    [Theory]
    [InlineData("""{"id":"b","results_url":null}""")]
    [InlineData("""{"results_url":{"results_url":1}}""")]
    [InlineData("""{"results_url":"https://files.example.com/b.jsonl"}""")]
    [InlineData("""{"results_url":"/v1/messages/batches/b/results"}""")]
    [InlineData("""{"results_url":"file:///v1/messages/batches/b/results"}""")]
    [InlineData("""{"url":"https://api.anthropic.com/v1/messages/batches/b/results"}""")]
    [InlineData("""{"results_url":"https://api.anthropic.com/v1/messages/batches/b/results" """)]
    [InlineData("""{"results_url":"\ud800"}""")]
    [InlineData("")]
    public void What_tells_no_such_address_stays_as_it_is(string told) => Assert.Equal(told, Lead(told));

    private static string Lead(string told) => Encoding.UTF8.GetString(ResultsAddress.Lead(Encoding.UTF8.GetBytes(told), Root));
}
