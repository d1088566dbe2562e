using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Operator.Api;
using Operator.Evals.Providers;
using Operator.Testing.Clusters;
using static Operator.Tests.Evals.EvalObjects;

namespace Operator.Tests.Evals.Providers;

public sealed class HttpEvaluatorTests : IAsyncLifetime
{
    private EvalService _service = null!;

    private List<JsonNode> Asked => _service.Asked;

    private int Port => _service.Port;

    private Func<HttpContext, Task> Answer
    {
        set => _service.Answer = value;
    }

    public async ValueTask InitializeAsync()
    {
        _service = await EvalService.StartAsync();
        Answer = context => context.Response.WriteAsync(Result());
    }

    public async ValueTask DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task A_service_on_the_list_is_told_what_it_judges_and_its_result_counts()
    {
        var done = Assert.IsType<ProviderState.Done>(await AskAsync());
        Assert.Equal((9, 10), (done.Outcome.Passed, done.Outcome.Total));
        Assert.Equal("https://reports/1", done.Outcome.Report);
        var asked = Assert.Single(Asked);
        Assert.Equal(Candidate.Revision, (string?)asked["revision"]);
        Assert.Equal(("triage", "claude-sonnet-5-5", "v2"), ((string?)asked["deployment"], (string?)asked["model"], (string?)asked["promptVersion"]));
        Assert.DoesNotContain("new prompt", asked.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("<html>SECRET</html>", "not JSON")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("""{"revision":"$R","passed":NaN,"total":10}""", "not JSON")]
    [InlineData("""{"revision":"$R","passed":-1,"total":10}""", "cannot have passed")]
    [InlineData("""{"revision":"$R","passed":11,"total":10}""", "cannot have passed")]
    [InlineData("""{"revision":"$R","passed":9.5,"total":10}""", "no whole number")]
    [InlineData("""{"revision":"$R","passed":"9","total":10}""", "no whole number")]
    [InlineData("""{"revision":"$R","passed":9,"total":1e40}""", "no whole number")]
    [InlineData("""{"revision":"$R","passed":0,"total":0}""", "no cases")]
    [InlineData("""{"revision":"SECRET","passed":9,"total":10}""", "another revision")]
    [InlineData("""{"passed":9,"total":10}""", "no revision")]
    [InlineData("""{"revision":"$R","passed":9,"total":10,"slices":[{"name":"SECRET","passed":2,"total":1}]}""", "cannot have passed")]
    [InlineData("""{"revision":"$R","passed":9,"total":10,"slices":[{"passed":1,"total":1}]}""", "slices[0].name")]
    [InlineData("""{"revision":"$R","passed":9,"total":10,"report":"javascript:SECRET"}""", "report is no http address")]
    public async Task A_result_that_cannot_be_is_an_error_that_shows_none_of_it(string body, string problem)
    {
        Answer = context => context.Response.WriteAsync(body.Replace("$R", Candidate.Revision, StringComparison.Ordinal));
        var failed = Assert.IsType<ProviderState.Failed>(await AskAsync());
        Assert.Equal("InvalidResult", failed.Reason);
        Assert.Contains(problem, failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", failed.Message, StringComparison.Ordinal);
        Assert.Single(Asked);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        Answer = context =>
        {
            context.Response.Redirect($"https://localhost:{Port}/other");
            return Task.CompletedTask;
        };
        Assert.Equal("Redirected", Assert.IsType<ProviderState.Failed>(await AskAsync()).Reason);
        Assert.Single(Asked);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_that_is_too_large_is_not_read_to_its_end(bool declared)
    {
        Answer = async context =>
        {
            var chunk = new byte[64 * 1024];
            if (declared) context.Response.ContentLength = 200L * chunk.Length;
            for (var i = 0; i < 200; i++) await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
        };
        Assert.Equal("TooLarge", Assert.IsType<ProviderState.Failed>(await AskAsync()).Reason);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_service_that_is_silent_or_drips_is_left_after_its_time(bool drips)
    {
        Answer = async context =>
        {
            while (true)
            {
                if (drips)
                {
                    await context.Response.WriteAsync(" ", context.RequestAborted);
                    await context.Response.Body.FlushAsync(context.RequestAborted);
                }
                await Task.Delay(50, context.RequestAborted);
            }
        };
        Assert.Equal("TimedOut", Assert.IsType<ProviderState.Failed>(await AskAsync(timeout: TimeSpan.FromSeconds(1))).Reason);
    }

    [Fact]
    public async Task A_service_that_fails_is_asked_again_and_one_that_refuses_is_not()
    {
        Answer = context =>
        {
            if (Asked.Count < 2) context.Response.StatusCode = 503;
            return context.Response.WriteAsync(Result());
        };
        Assert.IsType<ProviderState.Done>(await AskAsync());
        Answer = context =>
        {
            context.Response.StatusCode = 403;
            return Task.CompletedTask;
        };
        Asked.Clear();
        Assert.Contains("status 403", Assert.IsType<ProviderState.Failed>(await AskAsync()).Message, StringComparison.Ordinal);
        Assert.Single(Asked);
    }

    [Fact]
    public async Task A_host_that_is_not_on_the_list_is_not_even_resolved()
    {
        var evaluator = new HttpEvaluator([AllowedHost.Parse("*.example.com")], (_, _) => throw new InvalidOperationException("resolved"));
        foreach (var url in (string[])["https://example.com/", "https://evilexample.com/", "https://x.example.com:444/", "https://x.example.com.evil.org/"])
            Assert.Equal("HostNotAllowed", Assert.IsType<ProviderState.Failed>(await evaluator.AskAsync(Request(url), TimeSpan.FromMinutes(1), TimeProvider.System, default)).Reason);
        foreach (var url in (string[])["http://x.example.com/", "https://u:p@x.example.com/", "ftp://x.example.com/", "/relative", ""])
            Assert.Equal("InvalidUrl", Assert.IsType<ProviderState.Failed>(await evaluator.AskAsync(Request(url), TimeSpan.FromMinutes(1), TimeProvider.System, default)).Reason);
    }

    [Theory]
    [InlineData("", "127.0.0.1")]
    [InlineData("", "10.0.0.1")]
    [InlineData("", "93.184.216.34,192.168.0.1")]
    [InlineData("", "::ffff:127.0.0.1")]
    [InlineData("", "64:ff9b::a00:1")]
    [InlineData("", "fd12::1")]
    [InlineData(" private", "169.254.169.254")]
    [InlineData(" private", "fe80::1")]
    [InlineData(" private", "0.0.0.0")]
    public async Task An_address_that_is_not_allowed_is_not_asked(string word, string addresses)
    {
        var evaluator = new HttpEvaluator(
            [AllowedHost.Parse($"localhost:{Port}{word}")], (_, _) => Task.FromResult(addresses.Split(',').Select(IPAddress.Parse).ToArray()), _service.Trust);
        Assert.Equal("AddressNotAllowed", Assert.IsType<ProviderState.Failed>(await evaluator.AskAsync(Request(), TimeSpan.FromMinutes(1), TimeProvider.System, default)).Reason);
        Assert.Empty(Asked);
    }

    [Fact]
    public async Task The_name_is_resolved_once_and_the_connection_goes_to_that_address()
    {
        var resolved = 0;
        var evaluator = new HttpEvaluator([AllowedHost.Parse($"localhost:{Port} private")], (_, _) =>
        {
            resolved++;
            // Whoever asks a second time is led elsewhere.
            return Task.FromResult<IPAddress[]>([resolved == 1 ? IPAddress.Loopback : IPAddress.Parse("169.254.169.254")]);
        }, _service.Trust);
        Answer = context =>
        {
            if (Asked.Count < 2) context.Response.StatusCode = 500;
            return context.Response.WriteAsync(Result());
        };
        Assert.IsType<ProviderState.Done>(await evaluator.AskAsync(Request(), TimeSpan.FromMinutes(1), TimeProvider.System, default));
        Assert.Equal((1, 2), (resolved, Asked.Count));
    }

    [Fact]
    public async Task A_certificate_of_somebody_else_is_not_trusted()
    {
        var evaluator = new HttpEvaluator([AllowedHost.Parse($"localhost:{Port} private")], (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]));
        Assert.Equal("Untrusted", Assert.IsType<ProviderState.Failed>(await evaluator.AskAsync(Request(), TimeSpan.FromMinutes(1), TimeProvider.System, default)).Reason);
        Assert.Empty(Asked);
    }

    [Theory]
    [InlineData("https://x")]
    [InlineData("x/y")]
    [InlineData("*")]
    [InlineData("*.")]
    [InlineData("a.*.com")]
    [InlineData("x public")]
    [InlineData("x:99999")]
    [InlineData("")]
    [InlineData("*.127.0.0.1")]
    [InlineData("u@x")]
    public void An_entry_of_another_form_is_refused(string entry) => Assert.Throws<FormatException>(() => AllowedHost.Parse(entry));

    [Theory]
    [InlineData("Evals.Example.com", "evals.example.com:443")]
    [InlineData("*.internal:8443 private", "*.internal:8443 private")]
    [InlineData("10.0.0.7:80", "10.0.0.7:80")]
    public void An_entry_is_read(string entry, string meaning) => Assert.Equal(meaning, AllowedHost.Parse(entry).ToString());

    private static string Result() => $$"""{"revision":"{{Candidate.Revision}}","passed":9,"total":10,"slices":[{"name":"a","passed":4,"total":5}],"report":"https://reports/1","more":true}""";

    private EvalRequest Request(string? url = null)
    {
        var gate = new EvalGate { Name = "in-house", Http = new HttpSource { Url = url ?? $"https://localhost:{Port}/judge" } };
        var deployment = Deployment(gate);
        return new EvalRequest { Deployment = deployment, Gate = gate, Revision = Candidate, Run = Run(deployment, gate.Name, Candidate.Revision) };
    }

    private Task<ProviderState> AskAsync(TimeSpan? timeout = null) =>
        new HttpEvaluator([AllowedHost.Parse($"localhost:{Port} private")], (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]), _service.Trust)
            .AskAsync(Request(), timeout ?? TimeSpan.FromMinutes(1), TimeProvider.System, TestContext.Current.CancellationToken);
}
