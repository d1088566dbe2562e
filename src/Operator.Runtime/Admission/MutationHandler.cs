using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Runtime.Admission.Patching;
using Operator.Runtime.Admission.Review;

namespace Operator.Runtime.Admission;

/// <summary>Answers reviews with a <see cref="MutationWebhook{T}"/>, one instance a request.</summary>
internal sealed class MutationHandler<TWebhook, T>(string path, IServiceScopeFactory scopes, JsonTypeInfo<T> type) : IAdmissionHandler
    where TWebhook : MutationWebhook<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    public string Path => path;

    public async Task<AdmissionResponse> HandleAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (ReviewedObject.Misdirected<T>(request) is { } wrong) return AdmissionResponse.Refuse(400, wrong);
        await using var scope = scopes.CreateAsyncScope();
        var webhook = scope.ServiceProvider.GetRequiredService<TWebhook>();
        webhook.Request = request;
        switch (request.Operation)
        {
            case AdmissionOperation.Create:
                return Answer(request, await webhook.CreateAsync(ReviewedObject.New(request, type), request.DryRun, cancellationToken));
            case AdmissionOperation.Update:
                var old = ReviewedObject.Old(request, type);
                return Answer(request, await webhook.UpdateAsync(old, ReviewedObject.New(request, type), request.DryRun, cancellationToken));
            case AdmissionOperation.Delete:
                return Answer(request, await webhook.DeleteAsync(ReviewedObject.Old(request, type), request.DryRun, cancellationToken));
            default:
                return AdmissionResponse.Refuse(400, $"this webhook does not answer {request.Operation}; take it out of its rules");
        }
    }

    private AdmissionResponse Answer(AdmissionRequest request, MutationResult<T> result)
    {
        if (result.Refusal is { } refusal)
            return ValidationHandler<ValidationWebhook<T>, T>.Answer(refusal.WithWarnings(result.Warnings));
        var changes = !result.Patch.IsEmpty || result.ModifiedObject is not null;
        if (changes && request.Operation == AdmissionOperation.Delete)
            throw new InvalidOperationException("A mutation webhook cannot change an object that is being deleted.");
        var patch = result.ModifiedObject is { } modified ? Patch(request, modified) : result.Patch;
        return new AdmissionResponse(true) { Patch = patch, Warnings = result.Warnings };
    }

    /// <summary>What the webhook changed, as a patch of the object as it came: fields that the type does not know stay.</summary>
    private ReadOnlyMemory<byte> Patch(AdmissionRequest request, T modified)
    {
        var document = JsonObject.Create(request.Object!.Value);
        var before = JsonSerializer.SerializeToNode(ReviewedObject.New(request, type), type);
        var after = JsonSerializer.SerializeToNode(modified, type);
        return JsonPatchDiff.Compute(document, TypedChange.CarryOver(document, before, after));
    }
}
