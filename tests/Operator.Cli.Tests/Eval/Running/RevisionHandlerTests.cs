using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Operator.Cli.Eval.Running;
using Operator.Contract;

namespace Operator.Cli.Tests.Eval.Running;

/// <summary>What leaves this machine is what would leave a limiter.</summary>
public sealed class RevisionHandlerTests
{
    private static readonly RevisionConfiguration Revision = new()
    {
        Revision = new string('a', 64), Model = "claude-sonnet-5-5", PromptName = "triage", PromptVersion = "v1", PromptDigest = "d", SystemPrompt = "Sort.", MaxTokens = 300, Effort = "low",
    };

    [Fact]
    public async Task A_request_of_the_revision_gets_its_model_prompt_and_parameters()
    {
        var (body, headers) = await SendAsync(Revision.Revision, """{"model":"other","max_tokens":4096,"messages":[{"role":"user","content":"hi"}]}""");
        Assert.Equal(
            """[{"type":"text","text":"Sort.","cache_control":{"type":"ephemeral"}}]""", JsonNode.Parse(body)!["system"]!.ToJsonString());
        Assert.Equal(("claude-sonnet-5-5", 300, "low"), ((string)JsonNode.Parse(body)!["model"]!, (int)JsonNode.Parse(body)!["max_tokens"]!, (string)JsonNode.Parse(body)!["output_config"]!["effort"]!));
        Assert.Equal("none", headers[RequestHeaders.Revision]);
    }

    [Fact]
    public async Task A_request_of_a_judge_passes_as_it_is()
    {
        const string Judge = """{"model":"claude-opus-5-5","max_tokens":4096,"system":"You grade","messages":[]}""";
        Assert.Equal(Judge, (await SendAsync(RequestHeaders.NoRevision, Judge)).Body);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_deployment_is_named_only_where_there_is_one(bool named) =>
        Assert.Equal(named, (await SendAsync(Revision.Revision, "{}", named)).Headers.ContainsKey(RequestHeaders.Deployment));

    [Fact]
    public async Task What_a_limiter_refuses_is_refused_and_not_sent()
    {
        var sent = new Capture();
        using var client = new HttpClient(new RevisionHandler(Revision, Model, false, sent));
        using var answer = await client.SendAsync(Request(Revision.Revision, """{"model":1,"model":2}"""), TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.BadRequest, null), (answer.StatusCode, sent.Body));
        Assert.Contains("invalid_request_error", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static ModelConfiguration Model => new() { Id = "claude-sonnet-5-5", Group = "sonnet", Prices = [] };

    private static async Task<(string Body, Dictionary<string, string> Headers)> SendAsync(string revision, string body, bool named = true)
    {
        var sent = new Capture();
        using var client = new HttpClient(new RevisionHandler(Revision, Model, named, sent));
        using var answer = await client.SendAsync(Request(revision, body), TestContext.Current.CancellationToken);
        return (sent.Body!, sent.Headers);
    }

    private static HttpRequestMessage Request(string revision, string body) => new(HttpMethod.Post, "http://api/v1/messages")
    {
        Content = new StringContent(body, Encoding.UTF8, "application/json"),
        Headers = { { RequestHeaders.Revision, revision }, { RequestHeaders.Deployment, "triage" } },
    };

    private sealed class Capture : HttpMessageHandler
    {
        public string? Body { get; private set; }

        public Dictionary<string, string> Headers { get; private set; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Body = await request.Content!.ReadAsStringAsync(cancellationToken);
            Headers = request.Headers.ToDictionary(h => h.Key, h => string.Join(",", h.Value));
            return new HttpResponseMessage(HttpStatusCode.OK);
        }
    }
}
