using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Operator.Testing.Clusters;

namespace Operator.Conformance.Semantics;

/// <summary>Admission webhooks on loopback with a certificate of their own; each path answers what its test says.</summary>
public sealed class AdmissionServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ConcurrentDictionary<string, Func<JsonObject, JsonObject>> _answers = new(StringComparer.Ordinal);

    private AdmissionServer(WebApplication application, string authority)
    {
        _application = application;
        Authority = authority;
    }

    /// <summary>The authority to trust, as PEM.</summary>
    public string Authority { get; }

    /// <summary>Every request of the server under test, in the order of arrival: the path and the AdmissionReview's request.</summary>
    public ConcurrentQueue<(string Path, JsonObject Request)> Calls { get; } = new();

    public Uri Address => new(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    public static async Task<AdmissionServer> StartAsync()
    {
        var keys = new LoopbackCertificates();
        using var pem = X509Certificate2.CreateFromPem(keys.Server, keys.ServerKey);
        var certificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(o => o.Listen(IPAddress.Loopback, 0, l => l.UseHttps(certificate)));
        var server = new AdmissionServer(builder.Build(), keys.Authority);
        server._application.Run(server.AnswerAsync);
        await server._application.StartAsync();
        return server;
    }

    /// <summary>What a path answers: the fields of the response beside the uid.</summary>
    public void On(string path, Func<JsonObject, JsonObject> answer) => _answers[path] = answer;

    public static JsonObject Allow() => new() { ["allowed"] = true };

    public static JsonObject Deny(string message) =>
        new() { ["allowed"] = false, ["status"] = new JsonObject { ["message"] = message, ["code"] = 403 } };

    public static JsonObject Patch(string operations) => new()
    {
        ["allowed"] = true,
        ["patchType"] = "JSONPatch",
        ["patch"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(operations)),
    };

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var review = (await JsonNode.ParseAsync(context.Request.Body))!.AsObject();
        var request = review["request"]!.DeepClone().AsObject();
        Calls.Enqueue((context.Request.Path.Value!, request));
        if (!_answers.TryGetValue(context.Request.Path.Value!, out var answer))
        {
            context.Response.StatusCode = 500;
            return;
        }
        var response = answer(request);
        response["uid"] = request["uid"]!.DeepClone();
        await context.Response.WriteAsJsonAsync(new JsonObject
        {
            ["apiVersion"] = "admission.k8s.io/v1",
            ["kind"] = "AdmissionReview",
            ["response"] = response,
        });
    }
}
