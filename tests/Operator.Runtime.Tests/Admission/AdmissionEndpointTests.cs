using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.Kubernetes.Serialization;
using Operator.Runtime.Admission;
using Operator.Testing;

namespace Operator.Runtime.Tests.Admission;

public sealed class AdmissionEndpointTests : IDisposable
{
    private static readonly JsonTypeInfo<Gizmo> GizmoType = new KubernetesJson(GizmoJson.Default).TypeInfo<Gizmo>();

    private readonly ManualTimeProvider _clock = new();
    private readonly Meter _meter = new("test");
    private readonly AdmissionOptions _options = new();

    [Fact]
    public async Task A_valid_object_is_allowed_and_the_uid_comes_back()
    {
        var response = await ReviewAsync(new Validator(), Review("CREATE", """{"spec":{"size":1}}"""));
        Assert.True((bool)response["allowed"]!);
        Assert.Equal("u1", (string?)response["uid"]);
        Assert.Null(response["status"]);
    }

    [Fact]
    public async Task A_refusal_carries_code_reason_message_causes_and_warnings()
    {
        var webhook = new Validator
        {
            OnCreate = _ => ValidationResult.Invalid(
                new ValidationCause("spec.size", "must be positive"), new ValidationCause("spec.color", "is required", "FieldValueRequired"))
                .WithWarnings("old field"),
        };
        var response = await ReviewAsync(webhook, Review("CREATE", """{"spec":{"size":0}}"""));
        Assert.False((bool)response["allowed"]!);
        var status = response["status"]!;
        Assert.Equal(422, (int)status["code"]!);
        Assert.Equal("Invalid", (string?)status["reason"]);
        Assert.Equal("spec.size: must be positive; spec.color: is required", (string?)status["message"]);
        Assert.Equal("spec.color", (string?)status["details"]!["causes"]![1]!["field"]);
        Assert.Equal("FieldValueRequired", (string?)status["details"]!["causes"]![1]!["reason"]);
        Assert.Equal("old field", (string?)response["warnings"]![0]);
    }

    [Fact]
    public async Task Updates_see_both_objects_and_deletions_see_the_stored_one()
    {
        var webhook = new Validator
        {
            OnUpdate = (old, now) => ValidationResult.Fail($"{old.Spec.Size}->{now.Spec.Size}", 403),
            OnDelete = old => ValidationResult.Fail($"deleted {old.Spec.Size}", 409),
        };
        var update = await ReviewAsync(webhook, Review("UPDATE", """{"spec":{"size":2}}""", """{"spec":{"size":1}}"""));
        Assert.Equal("1->2", (string?)update["status"]!["message"]);
        Assert.Equal("Forbidden", (string?)update["status"]!["reason"]);
        var delete = await ReviewAsync(webhook, Review("DELETE", null, """{"spec":{"size":1}}"""));
        Assert.Equal("deleted 1", (string?)delete["status"]!["message"]);
    }

    [Fact]
    public async Task Dry_run_subresource_and_user_are_passed_on()
    {
        var seen = "";
        var webhook = new Validator();
        webhook.OnCreate = _ =>
        {
            seen = $"{webhook.DryRunSeen} {webhook.Request.SubResource} {webhook.Request.User.Username}";
            return ValidationResult.Success();
        };
        const string more = ""","dryRun":true,"subResource":"status","userInfo":{"username":"ann"} """;
        await ReviewAsync(webhook, Review("CREATE", "{}", null, more));
        Assert.Equal("True status ann", seen);
    }

    [Fact]
    public async Task A_mutation_is_a_patch_that_keeps_fields_the_type_does_not_know()
    {
        var webhook = new Mutator
        {
            OnCreate = gizmo =>
            {
                gizmo.Spec.Size = 5;
                gizmo.Metadata.Labels = new Dictionary<string, string> { ["a/b"] = "c" };
                gizmo.Spec.Parts![1].Count = 9;
                gizmo.Spec.Parts.Insert(0, new GizmoPart { Name = "first" });
            },
        };
        const string document = """{"apiVersion":"tests.dev/v1","kind":"Gizmo","metadata":{"name":"g","new":1},"spec":{"size":1,"future":{"x":[1]},"parts":[{"name":"p","count":1,"later":true},{"name":"q","count":2,"later":false}]},"status":{"y":1}}""";
        var response = await ReviewAsync(webhook, Review("CREATE", document));
        Assert.Equal("JSONPatch", (string?)response["patchType"]);
        var patch = Convert.FromBase64String((string)response["patch"]!);
        var expected = """{"apiVersion":"tests.dev/v1","kind":"Gizmo","metadata":{"name":"g","new":1,"labels":{"a/b":"c"}},"spec":{"size":5,"future":{"x":[1]},"parts":[{"name":"first","count":0},{"name":"p","count":1,"later":true},{"name":"q","count":9,"later":false}]},"status":{"y":1}}""";
        var result = JsonPatchApplier.Apply(JsonNode.Parse(document), patch);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), result), result?.ToJsonString());
    }

    [Fact]
    public async Task A_mutation_that_changes_nothing_sends_no_patch()
    {
        var response = await ReviewAsync(new Mutator { OnCreate = _ => { } }, Review("CREATE", """{"spec":{"future":1}}"""));
        Assert.True((bool)response["allowed"]!);
        Assert.Null(response["patch"]);
        Assert.Null(response["patchType"]);
    }

    [Fact]
    public async Task A_webhook_that_throws_refuses_cleanly_and_tells_nothing_of_its_insides()
    {
        var webhook = new Validator { OnCreate = _ => throw new InvalidOperationException("secret-4711") };
        var response = await ReviewAsync(webhook, Review("CREATE", "{}"));
        Assert.False((bool)response["allowed"]!);
        Assert.Equal(500, (int)response["status"]!["code"]!);
        Assert.DoesNotContain("4711", response.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_value_of_the_wrong_type_is_refused_with_its_field()
    {
        var response = await ReviewAsync(new Validator(), Review("CREATE", """{"spec":{"size":"big"}}"""));
        Assert.Equal(422, (int)response["status"]!["code"]!);
        Assert.Equal("spec.size: has a value of the wrong type", (string?)response["status"]!["message"]);
        Assert.Equal("spec.size", (string?)response["status"]!["details"]!["causes"]![0]!["field"]);
    }

    [Fact]
    public async Task A_webhook_that_does_not_decide_in_time_is_answered_for()
    {
        var endless = new TaskCompletionSource<ValidationResult>();
        var webhook = new Validator { OnCreateAsync = () => endless.Task };
        var (http, serve) = Send("/validate/gizmo", Review("CREATE", "{}"), query: "?timeout=5s");
        Assert.False(serve.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(4.7));
        Assert.False(serve.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(0.1));
        await serve.WaitAsync(TimeSpan.FromSeconds(30));
        var response = Body(http)["response"]!;
        Assert.Equal(504, (int)response["status"]!["code"]!);
        Assert.Equal("Timeout", (string?)response["status"]!["reason"]);

        (DefaultHttpContext, Task) Send(string path, string body, string query)
        {
            var context = Context(path, body);
            context.Request.QueryString = new QueryString(query);
            return (context, Endpoint(webhook).ServeAsync(context));
        }
    }

    [Theory]
    [InlineData("/validate/other", "POST", "application/json", "{}", 404)]
    [InlineData("/validate/gizmo", "GET", "application/json", "{}", 405)]
    [InlineData("/validate/gizmo", "POST", "text/plain", "{}", 415)]
    [InlineData("/validate/gizmo", "POST", null, "{}", 415)]
    [InlineData("/validate/gizmo", "POST", "application/json", "{}", 400)]
    [InlineData("/validate/gizmo", "POST", "application/json; charset=utf-8", "nonsense", 400)]
    public async Task What_is_no_review_gets_an_http_error(string path, string method, string? type, string body, int code)
    {
        var http = Context(path, body);
        http.Request.Method = method;
        http.Request.ContentType = type;
        await Endpoint(new Validator()).ServeAsync(http);
        Assert.Equal(code, http.Response.StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_review_over_the_limit_is_refused_whether_or_not_it_tells_its_length(bool tells)
    {
        _options.MaxBodyBytes = 1000;
        var http = Context("/validate/gizmo", Review("CREATE", $$"""{"x":"{{new string('x', 1000)}}"}"""));
        http.Request.ContentLength = tells ? http.Request.Body.Length : null;
        await Endpoint(new Validator()).ServeAsync(http);
        Assert.Equal(413, http.Response.StatusCode);
    }

    [Fact]
    public async Task A_creation_without_an_object_is_malformed()
    {
        var http = Context("/validate/gizmo", Review("CREATE", null));
        await Endpoint(new Validator()).ServeAsync(http);
        Assert.Equal(400, http.Response.StatusCode);
    }

    [Fact]
    public async Task Another_kind_and_connections_are_refused_with_what_to_correct()
    {
        var other = await ReviewAsync(new Validator(), Review("CREATE", "{}").Replace("\"Gizmo\"", "\"Scale\"", StringComparison.Ordinal));
        Assert.Contains("correct the rules", (string?)other["status"]!["message"], StringComparison.Ordinal);
        var connect = await ReviewAsync(new Validator(), Review("CONNECT", "{}"));
        Assert.Equal(400, (int)connect["status"]!["code"]!);
    }

    [Fact]
    public async Task Requests_are_counted_by_webhook_and_code()
    {
        var counts = new Dictionary<string, long>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) => { if (instrument.Meter == _meter) l.EnableMeasurementEvents(instrument); };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            var labels = string.Join(',', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"));
            counts[$"{instrument.Name}{{{labels}}}"] = counts.GetValueOrDefault($"{instrument.Name}{{{labels}}}") + value;
        });
        listener.Start();
        var endpoint = Endpoint(new Validator { OnCreate = _ => throw new InvalidOperationException() });
        await endpoint.ServeAsync(Context("/validate/gizmo", Review("CREATE", "{}")));
        await endpoint.ServeAsync(Context("/validate/gizmo", "nonsense"));
        Assert.Equal(1, counts["controller_runtime_webhook_requests_total{webhook=/validate/gizmo,code=200}"]);
        Assert.Equal(1, counts["controller_runtime_webhook_requests_total{webhook=/validate/gizmo,code=400}"]);
        Assert.Equal(0, counts["controller_runtime_webhook_requests_in_flight{webhook=/validate/gizmo}"]);
        Assert.Equal(1, counts["controller_runtime_webhook_panics_total{webhook=/validate/gizmo}"]);
    }

    [Theory]
    [InlineData(null, 9.75)]
    [InlineData("30s", 29.75)]
    [InlineData("1s", 0.9)]
    [InlineData("500ms", 0.45)]
    [InlineData("1m30s", 29.75)]
    [InlineData("1.5s", 1.35)]
    [InlineData("nonsense", 9.75)]
    [InlineData("-5s", 9.75)]
    [InlineData("0s", 9.75)]
    [InlineData("9999999999999999999h", 9.75)]
    public void The_time_is_a_little_less_than_the_api_server_waits(string? given, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), ReviewTimeout.Parse(given, TimeSpan.FromSeconds(10)));

    public void Dispose() => _meter.Dispose();

    private static string Review(string operation, string? entity, string? old = null, string more = "") =>
        $$$"""
        {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u1","operation":"{{{operation}}}",
         "kind":{"group":"tests.dev","version":"v1","kind":"Gizmo"},"resource":{"group":"tests.dev","version":"v1","resource":"gizmos"},
         "name":"g","object":{{{entity ?? "null"}}},"oldObject":{{{old ?? "null"}}} {{{more}}} }}
        """;

    private static DefaultHttpContext Context(string path, string body)
    {
        var http = new DefaultHttpContext();
        http.Request.Method = "POST";
        http.Request.Path = path;
        http.Request.ContentType = "application/json";
        http.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        http.Response.Body = new MemoryStream();
        return http;
    }

    private static JsonNode Body(HttpContext http) => JsonNode.Parse(((MemoryStream)http.Response.Body).ToArray())!;

    private AdmissionEndpoint Endpoint<TWebhook>(TWebhook webhook)
        where TWebhook : class
    {
        var services = new ServiceCollection().AddSingleton(webhook).BuildServiceProvider();
        var scopes = services.GetRequiredService<IServiceScopeFactory>();
        IAdmissionHandler handler = webhook is Validator
            ? new ValidationHandler<Validator, Gizmo>("/validate/gizmo", scopes, GizmoType)
            : new MutationHandler<Mutator, Gizmo>("/mutate/gizmo", scopes, GizmoType);
        return new AdmissionEndpoint([handler], _options, new AdmissionMetrics(_meter), _clock, NullLogger<AdmissionEndpoint>.Instance);
    }

    private async Task<JsonNode> ReviewAsync<TWebhook>(TWebhook webhook, string review)
        where TWebhook : class
    {
        var http = Context(webhook is Validator ? "/validate/gizmo" : "/mutate/gizmo", review);
        await Endpoint(webhook).ServeAsync(http);
        Assert.Equal(200, http.Response.StatusCode);
        var body = Body(http);
        Assert.Equal("admission.k8s.io/v1", (string?)body["apiVersion"]);
        Assert.Equal("AdmissionReview", (string?)body["kind"]);
        return body["response"]!;
    }

    private sealed class Validator : ValidationWebhook<Gizmo>
    {
        public Func<Gizmo, ValidationResult> OnCreate { get; set; } = _ => ValidationResult.Success();

        public Func<Task<ValidationResult>>? OnCreateAsync { get; set; }

        public Func<Gizmo, Gizmo, ValidationResult> OnUpdate { get; set; } = (_, _) => ValidationResult.Success();

        public Func<Gizmo, ValidationResult> OnDelete { get; set; } = _ => ValidationResult.Success();

        public bool DryRunSeen { get; private set; }

        public new AdmissionRequest Request => base.Request;

        public override Task<ValidationResult> CreateAsync(Gizmo entity, bool dryRun, CancellationToken cancellationToken) =>
            OnCreateAsync?.Invoke() ?? base.CreateAsync(entity, dryRun, cancellationToken);

        public override ValidationResult Create(Gizmo entity, bool dryRun)
        {
            DryRunSeen = dryRun;
            return OnCreate(entity);
        }

        public override ValidationResult Update(Gizmo oldEntity, Gizmo newEntity, bool dryRun) => OnUpdate(oldEntity, newEntity);

        public override ValidationResult Delete(Gizmo entity, bool dryRun) => OnDelete(entity);
    }

    private sealed class Mutator : MutationWebhook<Gizmo>
    {
        public required Action<Gizmo> OnCreate { get; init; }

        public override MutationResult<Gizmo> Create(Gizmo entity, bool dryRun)
        {
            OnCreate(entity);
            return Modified(entity);
        }
    }
}
