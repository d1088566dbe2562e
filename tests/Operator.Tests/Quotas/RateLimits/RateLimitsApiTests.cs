using System.Net;
using System.Text;
using Operator.Contract;
using Operator.Provider;
using Operator.Quotas.RateLimits;

namespace Operator.Tests.Quotas.RateLimits;

public sealed class RateLimitsApiTests : IDisposable
{
    private const string Key = "sk-ant-admin01-secret";
    private readonly string _file = Path.GetTempFileName();

    public RateLimitsApiTests() => File.WriteAllText(_file, Key + "\n");

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task All_pages_are_read_with_the_key_and_the_version()
    {
        var handler = new Handler(
            """{"data":[{"id":"a1","group":{"id":"rlg_1","type":"model_group","display_name":"Opus"},"models":["claude-opus-5"],"limits":[{"type":"requests_per_minute","value":5},{"type":"input_tokens_per_minute_cache_aware","value":6},{"type":"input_tokens_per_minute","value":60},{"type":"output_tokens_per_minute","value":7},{"type":"fast_otpm","value":1}],"type":"rate_limit"}],"next_page":"p 2"}""",
            """{"data":[{"id":"a2","group":{"id":"rlg_2","type":"batch"},"models":null,"limits":[{"type":"requests_per_minute","value":9}]},{"group":{"id":"rlg_3","type":"model_group"},"models":["claude-sonnet-5"],"limits":[{"type":"input_tokens_per_minute","value":8},{"type":"requests_per_minute","value":null}]}],"next_page":null}""");
        var groups = await Api(handler).ReadAsync(_file, default);
        Assert.Equal(["rlg_1", "rlg_3"], groups.Select(g => g.Id));
        Assert.Equal(new Amounts(5, 6, 7), groups[0].Limits);
        Assert.Equal(new Amounts(null, 8, null), groups[1].Limits);
        Assert.Equal(["claude-opus-5"], groups[0].Models);
        Assert.All(handler.Requests, r => Assert.Equal((Key, "2026-10-21"), (r.Headers.GetValues("x-api-key").Single(), r.Headers.GetValues("anthropic-version").Single())));
        Assert.Equal("/v1/organizations/rate_limits?group_type=model_group&limit=100&page=p%202", handler.Requests[1].RequestUri!.PathAndQuery);
    }

    [Fact]
    public async Task Entries_of_the_version_before_are_understood()
    {
        var groups = await Api(new Handler("""{"data":[{"group_type":"model_group","models":["claude-opus-4-8","claude-opus-4-7"],"limits":[{"type":"requests_per_minute","value":5}]},{"group_type":"files","models":["x"],"limits":[]}]}""")).ReadAsync(_file, default);
        var group = Assert.Single(groups);
        Assert.Equal(("claude-opus-4-8", new Amounts(5, null, null)), (group.Id, group.Limits));
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized, "401; it needs an administration key")]
    [InlineData(HttpStatusCode.InternalServerError, "answered 500")]
    [InlineData(HttpStatusCode.Redirect, "answered 302")]
    public async Task A_refusal_is_told_without_key_and_body(HttpStatusCode code, string part)
    {
        var error = await Assert.ThrowsAsync<ProviderException>(() => Api(new Handler("secret body") { Code = code }).ReadAsync(_file, default));
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"data\":7}")]
    [InlineData("nonsense")]
    public async Task An_answer_of_another_form_is_an_error(string body) =>
        await Assert.ThrowsAsync<ProviderException>(() => Api(new Handler(body)).ReadAsync(_file, default));

    [Fact]
    public async Task Answers_and_pages_are_bounded()
    {
        var endless = await Assert.ThrowsAsync<ProviderException>(() => Api(new Handler("""{"data":[],"next_page":"again"}""")).ReadAsync(_file, default));
        Assert.Contains("pages", endless.Message, StringComparison.Ordinal);
        var huge = await Assert.ThrowsAsync<ProviderException>(() => Api(new Handler(new string(' ', 2 << 20))).ReadAsync(_file, default));
        Assert.Contains("bytes", huge.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("two lines\nof secret")]
    [InlineData("sécret")]
    public async Task A_file_without_a_key_is_told_without_its_content(string content)
    {
        await File.WriteAllTextAsync(_file, content);
        var error = await Assert.ThrowsAsync<ProviderException>(() => Api(new Handler("{}")).ReadAsync(_file, default));
        Assert.DoesNotContain("cret", error.ToString().Replace("Secret", "", StringComparison.Ordinal), StringComparison.Ordinal);
        File.Delete(_file);
        Assert.Contains("mount it", (await Assert.ThrowsAsync<ProviderException>(() => Api(new Handler("{}")).ReadAsync(_file, default))).Message, StringComparison.Ordinal);
    }

    private static RateLimitsApi Api(Handler handler) => new(new HttpClient(handler), new RateLimitsOptions());

    private sealed class Handler(params string[] bodies) : HttpMessageHandler
    {
        public List<HttpRequestMessage> Requests { get; } = [];

        public HttpStatusCode Code { get; init; } = HttpStatusCode.OK;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests.Add(request);
            var body = bodies[Math.Min(Requests.Count, bodies.Length) - 1];
            return Task.FromResult(new HttpResponseMessage(Code) { Content = new StringContent(body, Encoding.UTF8, "application/json") });
        }
    }
}
