using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Tests.Admission;

public class WebhookTests
{
    private static readonly WebhookServer.Answer Allow = _ => new JsonObject { ["allowed"] = true };

    private static WebhookServer.Answer Patch(string operations) => _ => new JsonObject
    {
        ["allowed"] = true, ["patchType"] = "JSONPatch", ["patch"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(operations)),
    };

    private static async Task ConfigureAsync(ClusterUnderTest cluster, GroupResource kind, string name, JsonObject client, string extra = "")
    {
        var configuration = (JsonObject)JsonNode.Parse(
            """
            {"metadata":{"name":"NAME"},"webhooks":[{"name":"NAME.example.com","sideEffects":"None","admissionReviewVersions":["v1"],
            "rules":[{"operations":["CREATE"],"apiGroups":[""],"apiVersions":["v1"],"resources":["configmaps"]}]EXTRA}]}
            """.Replace("NAME", name, StringComparison.Ordinal).Replace("EXTRA", extra, StringComparison.Ordinal))!;
        configuration["webhooks"]![0]!["clientConfig"] = client.DeepClone();
        await cluster.Client.CreateAsync(kind, configuration, CancellationToken.None);
    }

    private static ValueTask<JsonObject> MakeAsync(ClusterUnderTest cluster, string name = "c", string labels = "{}", string ns = "default") =>
        cluster.CreateAsync(WellKnown.ConfigMaps, """{"metadata":{"name":"NAME","namespace":"SPACE","labels":LABELS},"data":{"k":"v"}}"""
            .Replace("NAME", name, StringComparison.Ordinal).Replace("SPACE", ns, StringComparison.Ordinal).Replace("LABELS", labels, StringComparison.Ordinal));

    [Fact]
    public async Task A_denial_has_the_webhooks_name_code_reason_and_message()
    {
        await using var cluster = await ClusterUnderTest.StartAsync();
        await using var server = await WebhookServer.StartAsync(_ => new JsonObject
        {
            ["allowed"] = false, ["status"] = new JsonObject { ["code"] = 422, ["reason"] = "Invalid", ["message"] = "too bad" },
        });
        await ConfigureAsync(cluster, WellKnown.ValidatingWebhooks, "deny", server.ClientConfig);
        var error = await Assert.ThrowsAsync<ApiException>(async () => await MakeAsync(cluster));
        Assert.Equal((422, "Invalid", "admission webhook \"deny.example.com\" denied the request: too bad"), (error.Code, error.Reason, error.Message));
    }

    [Fact]
    public async Task A_denial_without_words_is_a_bad_request_without_explanation()
    {
        await using var cluster = await ClusterUnderTest.StartAsync();
        await using var server = await WebhookServer.StartAsync(_ => new JsonObject { ["allowed"] = false });
        await ConfigureAsync(cluster, WellKnown.MutatingWebhooks, "deny", server.ClientConfig);
        var error = await Assert.ThrowsAsync<ApiException>(async () => await MakeAsync(cluster));
        Assert.Equal((400, "admission webhook \"deny.example.com\" denied the request without explanation"), (error.Code, error.Message));
    }

    [Fact]
    public async Task Mutators_run_in_order_see_each_others_work_and_are_called_again_when_they_ask_for_it()
    {
        await using var cluster = await ClusterUnderTest.StartAsync();
        await using var first = await WebhookServer.StartAsync(review => review.Text("request", "object", "data", "b") is null
            ? Patch("""[{"op":"add","path":"/data/a","value":"1"}]""")(review)
            : Patch("""[{"op":"add","path":"/data/again","value":"1"}]""")(review));
        await using var second = await WebhookServer.StartAsync(review => review.Text("request", "object", "data", "a") == "1"
            ? Patch("""[{"op":"add","path":"/data/b","value":"2"}]""")(review)
            : Allow(review));
        await ConfigureAsync(cluster, WellKnown.MutatingWebhooks, "a-first", first.ClientConfig, ",\"reinvocationPolicy\":\"IfNeeded\"");
        await ConfigureAsync(cluster, WellKnown.MutatingWebhooks, "b-second", second.ClientConfig);
        var made = await MakeAsync(cluster);
        Assert.Equal("""{"k":"v","a":"1","b":"2","again":"1"}""", made["data"]!.ToJsonString());
        Assert.Equal((2, 1), (first.Calls, second.Calls));
    }

    [Theory]
    [InlineData("", "{}", "default", true)]
    [InlineData(",\"objectSelector\":{\"matchLabels\":{\"team\":\"x\"}}", "{}", "default", false)]
    [InlineData(",\"objectSelector\":{\"matchLabels\":{\"team\":\"x\"}}", "{\"team\":\"x\"}", "default", true)]
    [InlineData(",\"namespaceSelector\":{\"matchLabels\":{\"kubernetes.io/metadata.name\":\"default\"}}", "{}", "default", true)]
    [InlineData(",\"namespaceSelector\":{\"matchExpressions\":[{\"key\":\"kubernetes.io/metadata.name\",\"operator\":\"NotIn\",\"values\":[\"default\"]}]}", "{}", "default", false)]
    public async Task Selectors_choose_what_a_webhook_sees(string selector, string labels, string ns, bool called)
    {
        await using var cluster = await ClusterUnderTest.StartAsync();
        await using var server = await WebhookServer.StartAsync(Allow);
        await ConfigureAsync(cluster, WellKnown.ValidatingWebhooks, "w", server.ClientConfig, selector);
        await MakeAsync(cluster, labels: labels, ns: ns);
        Assert.Equal(called ? 1 : 0, server.Calls);
    }

    [Fact]
    public async Task An_unreachable_webhook_fails_the_request_or_is_passed_over_as_its_policy_says()
    {
        await using var cluster = await ClusterUnderTest.StartAsync();
        var server = await WebhookServer.StartAsync(Allow);
        await server.DisposeAsync();
        await ConfigureAsync(cluster, WellKnown.ValidatingWebhooks, "gone", server.ClientConfig, ",\"failurePolicy\":\"Ignore\"");
        await MakeAsync(cluster, "passes");
        await ConfigureAsync(cluster, WellKnown.ValidatingWebhooks, "strict", server.ClientConfig);
        var error = await Assert.ThrowsAsync<ApiException>(async () => await MakeAsync(cluster));
        Assert.Equal((500, "InternalError"), (error.Code, error.Reason));
        Assert.StartsWith("Internal error occurred: failed calling webhook \"strict.example.com\": failed to call webhook: Post \"https://", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_of_another_authority_is_not_trusted()
    {
        await using var cluster = await ClusterUnderTest.StartAsync();
        await using var server = await WebhookServer.StartAsync(Allow);
        await using var other = await WebhookServer.StartAsync(Allow);
        var config = (JsonObject)server.ClientConfig.DeepClone();
        config["caBundle"] = other.ClientConfig["caBundle"]!.DeepClone();
        await ConfigureAsync(cluster, WellKnown.ValidatingWebhooks, "w", config);
        var error = await Assert.ThrowsAsync<ApiException>(async () => await MakeAsync(cluster));
        Assert.Contains("failed to verify certificate", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, server.Calls);
    }

    [Fact]
    public async Task A_service_reference_leads_to_its_mapping_under_the_services_name()
    {
        await using var cluster = await ClusterUnderTest.StartAsync();
        await using var server = await WebhookServer.StartAsync(Allow, "hook.system.svc");
        var config = new JsonObject
        {
            ["service"] = new JsonObject { ["namespace"] = "system", ["name"] = "hook", ["path"] = "/check" },
            ["caBundle"] = server.ClientConfig["caBundle"]!.DeepClone(),
        };
        await ConfigureAsync(cluster, WellKnown.ValidatingWebhooks, "w", config);
        var error = await Assert.ThrowsAsync<ApiException>(async () => await MakeAsync(cluster));
        Assert.Contains("service \"hook\" not found", error.Message, StringComparison.Ordinal);
        cluster.Parts.WebhookTargets.Map("system", "hook", server.EndPoint);
        await MakeAsync(cluster);
        Assert.Equal("/check", server.LastPath);
    }

    [Fact]
    public async Task An_answer_that_breaks_the_protocol_is_a_failure_of_the_webhook()
    {
        await using var cluster = await ClusterUnderTest.StartAsync();
        await using var server = await WebhookServer.StartAsync(_ => new JsonObject { ["allowed"] = true, ["uid"] = "other" });
        await ConfigureAsync(cluster, WellKnown.ValidatingWebhooks, "w", server.ClientConfig);
        var error = await Assert.ThrowsAsync<ApiException>(async () => await MakeAsync(cluster));
        Assert.Equal(500, error.Code);
        Assert.Contains("expected response.uid=", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A webhook on the loopback address with an authority of its own.</summary>
    internal sealed class WebhookServer : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private readonly X509Certificate2 _certificate;
        private int _calls;

        private WebhookServer(WebApplication app, X509Certificate2 certificate) => (_app, _certificate) = (app, certificate);

        public delegate JsonObject Answer(JsonObject review);

        public int Calls => _calls;

        public string? LastPath { get; private set; }

        public IPEndPoint EndPoint { get; private set; } = new(IPAddress.Loopback, 0);

        public JsonObject ClientConfig { get; private set; } = [];

        public static async Task<WebhookServer> StartAsync(Answer answer, string dnsName = "localhost")
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest("CN=webhook", key, HashAlgorithmName.SHA256);
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(dnsName);
            names.AddIpAddress(IPAddress.Loopback);
            request.CertificateExtensions.Add(names.Build());
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
            var certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseKestrelHttpsConfiguration();
            builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
            var app = builder.Build();
            var server = new WebhookServer(app, certificate);
            app.Run(async context =>
            {
                Interlocked.Increment(ref server._calls);
                server.LastPath = context.Request.Path;
                var review = (JsonObject)(await JsonNode.ParseAsync(context.Request.Body))!;
                var response = answer(review);
                if (!response.ContainsKey("uid"))
                    response["uid"] = review.Text("request", "uid");
                context.Response.ContentType = "application/json";
                await context.Response.WriteAsync(new JsonObject
                {
                    ["apiVersion"] = "admission.k8s.io/v1", ["kind"] = "AdmissionReview", ["response"] = response,
                }.ToJsonString());
            });
            await app.StartAsync();
            var address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
            server.EndPoint = new IPEndPoint(IPAddress.Loopback, address.Port);
            server.ClientConfig = new JsonObject
            {
                ["url"] = $"https://127.0.0.1:{address.Port}/hook",
                ["caBundle"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(made.ExportCertificatePem())),
            };
            return server;
        }

        public async ValueTask DisposeAsync()
        {
            await _app.DisposeAsync();
            _certificate.Dispose();
        }
    }
}
