using System.Net;
using Operator.Probing;
using Xunit;

namespace Operator.Tests.Probing;

public sealed class ProbeCommandTests
{
    [Theory]
    [InlineData(200, 0)]
    [InlineData(204, 0)]
    [InlineData(301, 1)]
    [InlineData(503, 1)]
    public async Task The_exit_code_tells_whether_the_answer_was_a_success(int status, int exit)
    {
        var (code, text) = await RunAsync((_, _) => Task.FromResult(new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent("secret body") }), "http://operator:8080/metrics");

        Assert.Equal(exit, code);
        Assert.Equal($"http://operator:8080/metrics: {status}", text);
    }

    [Fact]
    public async Task An_address_that_refuses_is_told()
    {
        var (code, text) = await RunAsync((_, _) => throw new HttpRequestException("Connection refused"), "http://operator:8080/");

        Assert.Equal(1, code);
        Assert.Contains("Connection refused", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silence_is_told()
    {
        var (code, text) = await RunAsync((_, _) => throw new TaskCanceledException(), "http://operator:8080/");

        Assert.Equal(1, code);
        Assert.Contains("no answer within", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("not an address")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://a/", "http://b/")]
    public async Task Wrong_arguments_are_answered_with_the_usage(params string[] arguments)
    {
        var (code, text) = await RunAsync((_, _) => throw new InvalidOperationException("nothing is to be asked"), arguments);

        Assert.Equal(2, code);
        Assert.StartsWith("usage:", text, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Text)> RunAsync(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer, params string[] arguments)
    {
        using var transport = new Transport(answer);
        var output = new StringWriter();
        var code = await ProbeCommand.RunAsync(arguments, transport, output, TestContext.Current.CancellationToken);
        return (code, output.ToString().Trim());
    }

    private sealed class Transport(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => answer(request, cancellationToken);
    }
}
