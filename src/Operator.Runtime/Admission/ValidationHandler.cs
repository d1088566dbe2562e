using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Runtime.Admission.Review;

namespace Operator.Runtime.Admission;

/// <summary>Answers reviews with a <see cref="ValidationWebhook{T}"/>, one instance a request.</summary>
internal sealed class ValidationHandler<TWebhook, T>(string path, IServiceScopeFactory scopes, JsonTypeInfo<T> type) : IAdmissionHandler
    where TWebhook : ValidationWebhook<T>
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
                return Answer(await webhook.CreateAsync(ReviewedObject.New(request, type), request.DryRun, cancellationToken));
            case AdmissionOperation.Update when ReviewedObject.StaysUnfit(request, type):
                return Answer(ValidationResult.Success("the stored object does not fit its schema; correct its spec and apply it again"));
            case AdmissionOperation.Update:
                var old = ReviewedObject.Old(request, type);
                return Answer(await webhook.UpdateAsync(old, ReviewedObject.New(request, type), request.DryRun, cancellationToken));
            case AdmissionOperation.Delete:
                return Answer(await webhook.DeleteAsync(ReviewedObject.Old(request, type), request.DryRun, cancellationToken));
            default:
                return AdmissionResponse.Refuse(400, $"this webhook does not answer {request.Operation}; take it out of its rules");
        }
    }

    /// <summary>The answer that a decision stands for.</summary>
    internal static AdmissionResponse Answer(ValidationResult result) => new(result.Valid)
    {
        Code = result.StatusCode,
        Message = result.Message,
        Causes = result.Causes,
        Warnings = result.Warnings,
    };
}
