using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.Catalog;
using Operator.Catalog.Refresh;
using Operator.Provider;

namespace Operator.Tests.Catalog.Refresh;

public sealed class ModelsRefreshTests : IDisposable
{
    private const string Key = "sk-ant-api03-secret";
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);
    private readonly string _file = Path.GetTempFileName();

    public ModelsRefreshTests() => File.WriteAllText(_file, Key + "\n");

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task All_pages_are_read_with_the_key()
    {
        var handler = new Handler(
            """{"data":[{"id":"claude-a","line":"sonnet","created_at":"2026-12-01T00:00:00Z","max_tokens":64000,"lifecycle":"active","capabilities":{"effort":{"supported":true,"low":{"supported":true},"max":{"supported":false}}}}],"has_more":true,"last_id":"claude a"}""",
            """{"data":[{"id":"claude-b","lifecycle":"deprecated","deprecated_at":"2026-01-01T00:00:00Z","retires_at":null,"max_tokens":null,"capabilities":null,"line":null},{"id":7},null],"has_more":false,"last_id":"claude-b"}""");
        var models = (await Api(handler).ReadAsync(default))!;
        Assert.Equal(["claude-a", "claude-b"], models.Select(m => m.Id));
        Assert.Equal(("sonnet", 64_000, new DateOnly(2026, 12, 1), (bool?)false), (models[0].Line, models[0].MaxOutputTokens, models[0].Released, models[0].IsGone));
        Assert.Equal(["low"], models[0].Efforts!);
        Assert.Equal((new DateOnly(2026, 1, 1), null, null), (models[1].Deprecated, models[1].Retires, models[1].Efforts));
        Assert.All(handler.Requests, r => Assert.Equal(Key, r.Headers.GetValues("x-api-key").Single()));
        Assert.EndsWith("&after_id=claude%20a", handler.Requests[1].RequestUri!.PathAndQuery, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_key_nothing_is_asked()
    {
        File.Delete(_file);
        var handler = new Handler();
        Assert.Null(await Api(handler).ReadAsync(default));
        Assert.Empty(handler.Requests);
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized, "{}", "answered 401")]
    [InlineData(HttpStatusCode.Redirect, "{}", "answered 302")]
    [InlineData(HttpStatusCode.OK, "secret", "not the JSON that is expected")]
    [InlineData(HttpStatusCode.OK, "[]", "not the JSON that is expected")]
    [InlineData(HttpStatusCode.OK, """{"data":[],"has_more":true,"last_id":"x"}""", "more than 20 pages")]
    public async Task A_list_that_cannot_be_read_is_told_without_key_and_body(HttpStatusCode code, string body, string part)
    {
        var error = await Assert.ThrowsAsync<ProviderException>(() => Api(new Handler(body) { Code = code }).ReadAsync(default));
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    // What is announced wins over what is shipped, and the provider's own word over every date.
    [InlineData(false, "2027-06-01", ModelState.Legacy, "is served until 2027-06-01")]
    [InlineData(false, "2026-11-30", ModelState.RetiresSoon, "retires on 2026-11-30")]
    [InlineData(false, "2026-11-01", ModelState.RetiresSoon, "retires on 2026-11-01")]
    [InlineData(true, "2026-11-01", ModelState.Retired, "was retired on 2026-11-01")]
    [InlineData(true, null, ModelState.Retired, "was retired;")]
    [InlineData(null, "2026-11-01", ModelState.Retired, "was retired on 2026-11-01")]
    public void A_known_model_gets_the_dates_that_are_announced(bool? isGone, string? retires, ModelState state, string part)
    {
        var store = new CatalogStore();
        var dated = ModelCatalog.Shipped.Models.First(m => m.Lifecycle is { Retires: null, Replacement: not null });
        Assert.Empty(store.Observe(Told(Model(dated.Id) with { IsGone = isGone, Retires = retires is null ? null : DateOnly.Parse(retires, null) })));
        var standing = store.Current.Find(dated.Id)!.Model.Lifecycle.At(Now);
        Assert.Equal(state, standing.State);
        Assert.Contains(part, standing.Describe(dated.Id), StringComparison.Ordinal);
        Assert.Equal(dated.Prices, store.Current.Find(dated.Id)!.Model.Prices);
    }

    [Fact]
    public void A_new_model_is_known_in_a_group_of_its_own_until_somebody_says_more()
    {
        var store = new CatalogStore();
        Assert.Empty(store.Observe(Told(Model("claude-sonnet-9") with { MaxOutputTokens = 64_000, Efforts = ["low", "max"] })));
        var model = store.Current.Find("claude-sonnet-9")!.Model;
        Assert.Equal(("claude-sonnet-9", 64_000, Certainty.Inferred), (model.Group, model.MaxOutputTokens, model.Certainty.Group));
        Assert.Empty(store.Current.FindGroup(model.Group)!.Limits);
        Assert.Equal(["low", "max"], model.Rules.Efforts);

        Assert.Empty(store.Use("""{"models":[{"id":"claude-sonnet-9","group":"sonnet-5-5","prices":[{"input":1,"cacheWrite5m":1,"cacheWrite1h":1,"cacheRead":1,"output":1}]}]}"""));
        Assert.Equal("sonnet-5-5", store.Current.Find("claude-sonnet-9")!.Model.Group);
        Assert.Empty(store.Use(null));
        Assert.Equal("claude-sonnet-9", store.Current.Find("claude-sonnet-9")!.Model.Group);
    }

    [Fact]
    public void The_administrators_override_wins_over_the_provider()
    {
        var store = new CatalogStore();
        Assert.Empty(store.Use("""{"models":[{"id":"claude-sonnet-5-5","lifecycle":{"retires":"2028-01-01"}}]}"""));
        Assert.Empty(store.Observe(Told(Model("claude-sonnet-5-5") with { Retires = new DateOnly(2027, 1, 1), IsGone = false })));
        Assert.Equal(new DateOnly(2028, 1, 1), store.Current.Find("claude-sonnet-5-5")!.Model.Lifecycle.Retires);
    }

    [Fact]
    public void Aliases_and_doubles_in_the_list_break_nothing()
    {
        var store = new CatalogStore();
        var alias = ModelCatalog.Shipped.Models.SelectMany(m => m.Aliases).First();
        var twisted = Model("claude-sonnet-5-5") with { Deprecated = new DateOnly(2027, 2, 1), Retires = new DateOnly(2027, 1, 1) };
        Assert.Empty(store.Observe(Told(Model(alias), twisted, twisted, Model("sonnet-5-5"))));
        Assert.Equal(new DateOnly(2027, 1, 1), store.Current.Find("claude-sonnet-5-5")!.Model.Lifecycle.Retires);
    }

    [Fact]
    public async Task What_was_read_last_stays_while_the_provider_fails()
    {
        var store = new CatalogStore();
        using var poll = new ModelsPoll(store, new ModelsOptions(), TimeProvider.System, NullLogger<ModelsPoll>.Instance);
        var changes = 0;
        store.Changed += () => changes++;
        await poll.ReadAsync(Api(new Handler("""{"data":[{"id":"claude-sonnet-5-5","lifecycle":"deprecated","retires_at":"2027-01-01T00:00:00Z"}],"has_more":false}""")), default);
        await poll.ReadAsync(Api(new Handler("down") { Code = HttpStatusCode.BadGateway }), default);
        Assert.Equal(1, changes);
        Assert.Equal(new DateOnly(2027, 1, 1), store.Current.Find("claude-sonnet-5-5")!.Model.Lifecycle.Retires);
    }

    private static CatalogDocument Told(params ObservedModel[] models) => ObservedCatalog.Of(ModelCatalog.Shipped, models);

    private static ObservedModel Model(string id) => new(id, "sonnet", null, null, null, false, null, null);

    private ModelsApi Api(Handler handler) => new(new HttpClient(handler), new ModelsOptions { KeyFile = _file });

    private sealed class Handler(params string[] bodies) : HttpMessageHandler
    {
        public HttpStatusCode Code { get; init; } = HttpStatusCode.OK;

        public List<HttpRequestMessage> Requests { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests.Add(request);
            var body = bodies[Math.Min(Requests.Count, bodies.Length) - 1];
            return Task.FromResult(new HttpResponseMessage(Code) { Content = new StringContent(body, Encoding.UTF8, "application/json") });
        }
    }
}
