using System.Net;
using System.Text;
using Operator.Limiter.Telemetry;

namespace Operator.Limiter.Tests.Hosting;

/// <summary>What the limiter does with the API's answers about batches.</summary>
public sealed class BatchAnswerTests
{
    private const string Batch = """{"id":"b","results_url":"https://api.anthropic.com/v1/messages/batches/b/results"}""";

    [Theory]
    [InlineData("/v1/messages/batches/b", "127.0.0.1:8787")]
    [InlineData("/v1/messages/batches", "limiter.team.svc")]
    public async Task The_address_of_the_results_is_the_limiters_by_the_name_that_the_caller_used(string path, string name)
    {
        var (status, text, limiter) = await AskAsync(path, name, "application/json", Batch, Batch.Length);
        await using var _ = limiter;
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal($$"""{"id":"b","results_url":"http://{{name}}/v1/messages/batches/b/results"}""", text);
        Assert.Equal([(CallOutcome.Forwarded, "passed")], (await limiter.SettledAsync()).Ended.Keys);
    }

    [Theory]
    [InlineData("/v1/messages/batches/b/results", "application/x-jsonl")]
    [InlineData("/v1/messages/batches/b/results", "application/json")]
    [InlineData("/v1/messages/batches/b", "text/plain")]
    public async Task Results_and_what_is_no_JSON_pass_byte_for_byte(string path, string type)
    {
        var (status, text, limiter) = await AskAsync(path, "127.0.0.1:8787", type, Batch, Batch.Length);
        await using var _ = limiter;
        Assert.Equal((HttpStatusCode.OK, Batch), (status, text));
    }

    [Fact]
    public async Task A_batch_that_breaks_off_is_told_as_a_fault_of_the_API_and_not_as_a_batch()
    {
        var (status, text, limiter) = await AskAsync("/v1/messages/batches/b", "127.0.0.1:8787", "application/json", Batch, Batch.Length + 9);
        await using var _ = limiter;
        Assert.Equal(HttpStatusCode.BadGateway, status);
        Assert.Contains("api_error", text, StringComparison.Ordinal);
        Assert.Equal([(CallOutcome.Failed, "upstream-broke")], (await limiter.SettledAsync()).Ended.Keys);
    }

    private static async Task<(HttpStatusCode Status, string Text, RunningLimiter Limiter)> AskAsync(
        string path, string name, string type, string body, int length)
    {
        await using var upstream = new RawUpstream();
        upstream.Answer("batch", Encoding.UTF8.GetBytes($"HTTP/1.1 200 OK\r\ncontent-type: {type}\r\ncontent-length: {length}\r\n\r\n{body}"));
        var limiter = await RunningLimiter.StartAsync(upstream: upstream.Address);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("x-mark", "batch");
        request.Headers.Host = name;
        using var response = await limiter.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), limiter);
    }
}
