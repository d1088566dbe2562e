using Operator.Kubernetes;
using Operator.Kubernetes.Models;

namespace Operator.Runtime.Admission;

/// <summary>
/// Decides whether objects of a kind may be written. Override what matters; everything else is allowed. One instance serves one
/// request, so constructor injection of scoped services works.
/// </summary>
/// <typeparam name="T">The kind.</typeparam>
public abstract class ValidationWebhook<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private AdmissionRequest? _request;

    /// <summary>The whole request: user, subresource, and the objects as they came.</summary>
    protected internal AdmissionRequest Request
    {
        get => _request ?? throw new InvalidOperationException("There is no request outside of a review.");
        internal set => _request = value;
    }

    /// <summary>Decides about a new object.</summary>
    /// <param name="entity">The object.</param>
    /// <param name="dryRun">Nothing will be stored: leave no trace.</param>
    /// <param name="cancellationToken">Cancelled when the API server waits no longer.</param>
    public virtual Task<ValidationResult> CreateAsync(T entity, bool dryRun, CancellationToken cancellationToken) =>
        Task.FromResult(Create(entity, dryRun));

    /// <summary>The synchronous form of <see cref="CreateAsync"/>; not called when that is overridden.</summary>
    public virtual ValidationResult Create(T entity, bool dryRun) => Success();

    /// <summary>Decides about a change.</summary>
    /// <param name="oldEntity">The object as it is stored.</param>
    /// <param name="newEntity">The object as it would be.</param>
    /// <param name="dryRun">Nothing will be stored: leave no trace.</param>
    /// <param name="cancellationToken">Cancelled when the API server waits no longer.</param>
    public virtual Task<ValidationResult> UpdateAsync(T oldEntity, T newEntity, bool dryRun, CancellationToken cancellationToken) =>
        Task.FromResult(Update(oldEntity, newEntity, dryRun));

    /// <summary>The synchronous form of <see cref="UpdateAsync"/>; not called when that is overridden.</summary>
    public virtual ValidationResult Update(T oldEntity, T newEntity, bool dryRun) => Success();

    /// <summary>Decides about a deletion.</summary>
    /// <param name="entity">The object as it is stored.</param>
    /// <param name="dryRun">Nothing will be deleted: leave no trace.</param>
    /// <param name="cancellationToken">Cancelled when the API server waits no longer.</param>
    public virtual Task<ValidationResult> DeleteAsync(T entity, bool dryRun, CancellationToken cancellationToken) =>
        Task.FromResult(Delete(entity, dryRun));

    /// <summary>The synchronous form of <see cref="DeleteAsync"/>; not called when that is overridden.</summary>
    public virtual ValidationResult Delete(T entity, bool dryRun) => Success();

    /// <summary>Lets the request go on.</summary>
    protected static ValidationResult Success(params IEnumerable<string> warnings) => ValidationResult.Success(warnings);

    /// <summary>Refuses the request.</summary>
    protected static ValidationResult Fail(string message, int statusCode = 422, params IEnumerable<ValidationCause> causes) =>
        ValidationResult.Fail(message, statusCode, causes);
}
