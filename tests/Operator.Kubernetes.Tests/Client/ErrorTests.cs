using System.Net;
using Microsoft.AspNetCore.Http;
using Operator.Kubernetes.Configuration;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Tests.Support;
using Operator.Testing;

namespace Operator.Kubernetes.Tests.Client;

public class ErrorTests
{
    [Theory]
    [InlineData(409, "Conflict", "IsConflict")]
    [InlineData(409, "AlreadyExists", "IsAlreadyExists")]
    [InlineData(410, "Expired", "IsExpired")]
    [InlineData(429, "TooManyRequests", "IsTooManyRequests")]
    [InlineData(401, "Unauthorized", "IsUnauthorized")]
    [InlineData(403, "Forbidden", "IsForbidden")]
    [InlineData(422, "Invalid", "IsInvalid")]
    [InlineData(404, "NotFound", "IsNotFound")]
    public async Task The_server_s_status_becomes_a_typed_error(int code, string reason, string property)
    {
        await using var api = await ApiStub.AnswerAsync(
            $$$"""{"kind":"Status","apiVersion":"v1","status":"Failure","message":"the reason why","reason":"{{{reason}}}","code":{{{code}}},"details":{"causes":[{"field":"spec.size","reason":"FieldValueInvalid","message":"no"}]}}""",
            code);
        using var client = api.Client();

        var error = await Assert.ThrowsAsync<KubernetesException>(() => client.GetAsync<V1ConfigMap>("a", "n"));
        Assert.Equal((HttpStatusCode)code, error.StatusCode);
        Assert.Equal("the reason why", error.Status.Message);
        Assert.Equal("spec.size", error.Status.Details!.Causes![0].Field);
        string[] all = ["IsConflict", "IsAlreadyExists", "IsExpired", "IsTooManyRequests", "IsUnauthorized", "IsForbidden", "IsInvalid", "IsNotFound"];
        bool Is(string name) => name switch
        {
            "IsConflict" => error.IsConflict,
            "IsAlreadyExists" => error.IsAlreadyExists,
            "IsExpired" => error.IsExpired,
            "IsTooManyRequests" => error.IsTooManyRequests,
            "IsUnauthorized" => error.IsUnauthorized,
            "IsForbidden" => error.IsForbidden,
            "IsInvalid" => error.IsInvalid,
            _ => error.IsNotFound,
        };
        Assert.Equal([property], all.Where(Is));
    }

    [Fact]
    public async Task A_proxy_s_page_becomes_one_short_line()
    {
        var page = "<html><head><title>502 Bad Gateway</title><style>body { color: red }</style></head>\n<body><h1>502\tBad Gateway</h1>"
            + new string('x', 5000) + "</body></html>";
        await using var api = await ApiStub.AnswerAsync(page, 502, "text/html");
        using var client = api.Client();

        var error = await Assert.ThrowsAsync<KubernetesException>(() => client.ListAsync<V1ConfigMap>(new() { Namespace = "n" }));
        Assert.StartsWith(
            "GET /api/v1/namespaces/n/configmaps: the server answered 502 Bad Gateway with text/html: '502 Bad Gateway 502 Bad Gateway xxx",
            error.Message, StringComparison.Ordinal);
        Assert.True(error.Message.Length < 500);
        Assert.DoesNotContain('\n', error.Message);
        Assert.DoesNotContain("color", error.Message, StringComparison.Ordinal);
        Assert.Equal(502, error.Status.Code);
    }

    [Fact]
    public async Task An_error_without_a_body_still_says_what_was_asked()
    {
        await using var api = await ApiStub.AnswerAsync("", 503);
        using var client = api.Client();

        var error = await Assert.ThrowsAsync<KubernetesException>(() => client.GetAsync<V1ConfigMap>("a", "n"));
        Assert.Equal("GET /api/v1/namespaces/n/configmaps/a: the server answered 503 Service Unavailable with no text", error.Message);
        Assert.Equal("ServiceUnavailable", error.Status.Reason);
    }

    [Fact]
    public async Task Retry_after_comes_from_the_header_or_from_the_status()
    {
        var now = new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
        string? header = "7";
        await using var api = await ApiStub.StartAsync(context =>
        {
            if (header is not null) context.Response.Headers.RetryAfter = header;
            return context.WriteAsync(
                """{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"TooManyRequests","code":429,"details":{"retryAfterSeconds":3}}""", 429);
        });
        using var client = api.Client(new() { TimeProvider = new ManualTimeProvider(now) });

        async Task<TimeSpan?> Next() => (await Assert.ThrowsAsync<KubernetesException>(() => client.GetAsync<V1ConfigMap>("a", "n"))).RetryAfter;
        Assert.Equal(TimeSpan.FromSeconds(7), await Next());
        header = now.AddSeconds(20).ToString("R");
        Assert.Equal(TimeSpan.FromSeconds(20), await Next());
        header = null;
        Assert.Equal(TimeSpan.FromSeconds(3), await Next());
    }

    [Fact]
    public async Task A_401_says_where_the_credentials_came_from_and_never_what_they_are()
    {
        await using var api = await ApiStub.AnswerAsync(
            """{"kind":"Status","apiVersion":"v1","status":"Failure","message":"Unauthorized","reason":"Unauthorized","code":401}""", 401);
        using var client = api.Client(credentials: KubernetesCredentials.FromToken("s3cret", "the token from kubeconfig '/x': users[alice].user.token"));

        var error = await Assert.ThrowsAsync<KubernetesException>(() => client.GetAsync<V1ConfigMap>("a", "n"));
        Assert.Equal(
            "The server refused the credentials (401 Unauthorized). They are the token from kubeconfig '/x': users[alice].user.token.",
            error.Message);
        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
        Assert.Equal("Bearer s3cret", api.Last.Headers["Authorization"]);
    }

    [Fact]
    public async Task A_refused_connection_names_the_server_and_the_field()
    {
        var free = await ApiStub.AnswerAsync("{}");
        var address = free.Address;
        await free.DisposeAsync();
        using var client = new KubernetesClient(new() { Server = address, ServerOrigin = "kubeconfig '/x': clusters[a].cluster.server" });

        var error = await Assert.ThrowsAsync<KubernetesConnectionException>(() => client.GetAsync<V1ConfigMap>("a", "n"));
        Assert.IsType<HttpRequestException>(error, exactMatch: false);
        Assert.Equal(address, error.Server);
        Assert.Equal(
            $"{address} refused the connection: is the API server running there? (address from kubeconfig '/x': clusters[a].cluster.server)",
            error.Message);
    }

    [Fact]
    public async Task An_unknown_host_names_the_server_and_the_field()
    {
        using var client = new KubernetesClient(new() { Server = new Uri("https://no-such-host.invalid"), ServerOrigin = "the test" });

        var error = await Assert.ThrowsAsync<KubernetesConnectionException>(() => client.GetAsync<V1ConfigMap>("a", "n"));
        Assert.Contains("no-such-host.invalid", error.Message, StringComparison.Ordinal);
        Assert.Contains("(address from the test)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_without_an_answer_times_out_by_the_given_clock()
    {
        var time = new ManualTimeProvider();
        var handler = new ScriptedHandler(async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return new HttpResponseMessage();
        });
        using var client = handler.Client(new() { TimeProvider = time, RequestTimeout = TimeSpan.FromSeconds(10) });

        var call = client.GetAsync<V1ConfigMap>("a", "n");
        time.Advance(TimeSpan.FromSeconds(10));
        var error = await Assert.ThrowsAsync<KubernetesConnectionException>(() => call);
        Assert.True(error.IsTimeout);
        Assert.Contains("did not answer GET /api/v1/namespaces/n/configmaps/a in time", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_never_ends_times_out_too()
    {
        var time = new ManualTimeProvider();
        var handler = ScriptedHandler.Streams(() => new PiecewiseStream(["{"u8.ToArray()], waits: true));
        using var client = handler.Client(new() { TimeProvider = time });

        var call = client.ListAsync<V1ConfigMap>();
        time.Advance(TimeSpan.FromSeconds(60));
        Assert.True((await Assert.ThrowsAsync<KubernetesConnectionException>(() => call)).IsTimeout);
    }

    [Fact]
    public async Task A_caller_s_cancellation_stays_a_cancellation()
    {
        using var cancellation = new CancellationTokenSource();
        var handler = new ScriptedHandler(async (_, token) =>
        {
            cancellation.Cancel();
            await Task.Delay(Timeout.Infinite, token);
            return new HttpResponseMessage();
        });
        using var client = handler.Client();

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetAsync<V1ConfigMap>("a", "n", cancellation.Token));
        Assert.Equal(cancellation.Token, error.CancellationToken);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("""{"metadata":{},"items":[{}""")]
    [InlineData("""{"items":[1]}""")]
    [InlineData("""{"items":{}}""")]
    [InlineData("[]")]
    [InlineData("")]
    public async Task A_list_that_is_none_is_a_broken_answer(string body)
    {
        await using var api = await ApiStub.AnswerAsync(body);
        using var client = api.Client();

        var error = await Assert.ThrowsAsync<KubernetesConnectionException>(() => client.ListAsync<V1ConfigMap>());
        Assert.Equal(HttpRequestError.InvalidResponse, error.HttpRequestError);
        Assert.Contains("GET /api/v1/configmaps", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var api = await ApiStub.StartAsync(context =>
        {
            context.Response.Headers.Location = "http://elsewhere.invalid/";
            return context.WriteAsync("", 302);
        });
        using var client = api.Client();

        var error = await Assert.ThrowsAsync<KubernetesException>(() => client.GetAsync<V1ConfigMap>("a", "n"));
        Assert.Equal(HttpStatusCode.Found, error.StatusCode);
        Assert.Single(api.Requests);
    }

    [Fact]
    public async Task Warnings_reach_the_callback()
    {
        var warnings = new List<string>();
        await using var api = await ApiStub.StartAsync(context =>
        {
            context.Response.Headers.Append("Warning", """299 - "unknown field \"spec.x\"", 299 - "second" """.Trim());
            context.Response.Headers.Append("Warning", "199 - \"not ours\"");
            return context.WriteAsync("""{"metadata":{}}""");
        });
        using var client = api.Client(new() { OnWarning = warnings.Add });

        await client.GetAsync<V1ConfigMap>("a", "n");
        Assert.Equal(["unknown field \"spec.x\"", "second"], warnings);
    }

    [Theory]
    [InlineData("299 - \"a, b\" \"Thu, 01 Jan 2026 00:00:00 GMT\", 299 agent \"c\"", "a, b|c")]
    [InlineData("299 -", "")]
    [InlineData("299", "")]
    [InlineData("", "")]
    [InlineData("299 - \"open", "open")]
    [InlineData("nonsense \"x\"", "")]
    [InlineData("299 - \"\"", "")]
    public void Warning_headers_are_read_as_far_as_they_are_good(string header, string texts) =>
        Assert.Equal(texts, string.Join("|", WarningHeader.Read([header])));

    [Fact]
    public async Task A_compressed_list_is_read()
    {
        await using var api = await ApiStub.StartAsync(async context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await using var zip = new System.IO.Compression.GZipStream(context.Response.Body, System.IO.Compression.CompressionLevel.Fastest);
            await zip.WriteAsync("""{"items":[{"metadata":{"name":"a"}}]}"""u8.ToArray());
        });
        using var client = api.Client();

        Assert.Single((await client.ListAsync<V1ConfigMap>()).Items);
        Assert.Equal("gzip", api.Last.Headers["Accept-Encoding"]);
    }
}
