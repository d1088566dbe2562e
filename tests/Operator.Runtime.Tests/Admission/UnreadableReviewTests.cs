using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Operator.Kubernetes;
using Operator.Kubernetes.Serialization;
using Operator.Runtime.Admission;
using Operator.Runtime.Admission.Review;

namespace Operator.Runtime.Tests.Admission;

/// <summary>What was stored under another schema must stay correctable, and its metadata editable.</summary>
public sealed class UnreadableReviewTests
{
    private const string Stored = """{"metadata":{"name":"a","finalizers":["x/y"]},"spec":{"size":"large"}}""";

    [Fact]
    public async Task A_stored_object_that_does_not_fit_can_be_corrected()
    {
        var answer = await UpdateAsync(Stored, """{"metadata":{"name":"a"},"spec":{"size":3}}""");

        Assert.True(answer.Allowed, answer.Message);
        Assert.Equal("a: spec.size -> 3", Assert.Single(answer.Warnings));
    }

    [Fact]
    public async Task Its_metadata_can_be_changed_while_it_does_not_fit()
    {
        var answer = await UpdateAsync(Stored, """{"metadata":{"name":"a"},"spec":{"size":"large"}}""");

        Assert.True(answer.Allowed, answer.Message);
        Assert.Contains("does not fit its schema", Assert.Single(answer.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"metadata":{"name":"a"},"spec":{"size":"huge"}}""")]
    [InlineData("""{"metadata":{"name":"a"},"spec":{"size":"large","color":"red"}}""")]
    public async Task A_change_that_leaves_it_unfit_is_refused_with_the_field(string changed)
    {
        var refusal = await Assert.ThrowsAsync<UnfitObjectException>(() => UpdateAsync(Stored, changed));
        Assert.Equal("spec.size", refusal.Cause.Field);
    }

    [Fact]
    public async Task It_can_be_deleted()
    {
        var answer = await HandleAsync(AdmissionOperation.Delete, null, Stored);
        Assert.True(answer.Allowed, answer.Message);
    }

    private static Task<AdmissionResponse> UpdateAsync(string old, string now) => HandleAsync(AdmissionOperation.Update, now, old);

    private static async Task<AdmissionResponse> HandleAsync(AdmissionOperation operation, string? now, string old)
    {
        var services = new ServiceCollection().AddScoped<Validator>().BuildServiceProvider();
        var handler = new ValidationHandler<Validator, Gadget>(
            "/validate/gadget", services.GetRequiredService<IServiceScopeFactory>(), new KubernetesJson(GadgetJson.Default).TypeInfo<Gadget>());
        return await handler.HandleAsync(Request(operation, now, old), TestContext.Current.CancellationToken);
    }

    private static AdmissionRequest Request(AdmissionOperation operation, string? now, string old) => new()
    {
        Uid = "u",
        Operation = operation,
        Kind = new("tests.dev", "v1", "Gadget"),
        Resource = new("tests.dev", "v1", "gadgets"),
        User = new("ann", "", [], new Dictionary<string, IReadOnlyList<string>>()),
        Object = now is null ? null : JsonDocument.Parse(now).RootElement,
        OldObject = JsonDocument.Parse(old).RootElement,
    };

    private sealed class Validator : ValidationWebhook<Gadget>
    {
        public override ValidationResult Update(Gadget oldEntity, Gadget newEntity, bool dryRun) =>
            Success($"{oldEntity.Metadata.Name}: {oldEntity.Unreadable?.Field} -> {newEntity.Spec.Size}");
    }
}

[KubernetesEntity(Group = "tests.dev", ApiVersion = "v1", Kind = "Gadget", PluralName = "gadgets")]
public sealed class Gadget : CustomKubernetesEntity<GizmoSpec>, IToleratesUnreadable
{
    [JsonIgnore]
    public UnreadableObjectException? Unreadable { get; set; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Gadget))]
internal sealed partial class GadgetJson : JsonSerializerContext;
