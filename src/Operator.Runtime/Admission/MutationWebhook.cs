using Operator.Kubernetes;
using Operator.Kubernetes.Models;

namespace Operator.Runtime.Admission;

/// <summary>
/// Changes objects of a kind before they are written. Override what matters; everything else passes unchanged. One instance serves
/// one request. The API server may ask again about the changed object: a second mutation must change nothing.
/// </summary>
/// <typeparam name="T">The kind.</typeparam>
public abstract class MutationWebhook<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private AdmissionRequest? _request;

    /// <summary>The whole request: user, subresource, and the objects as they came.</summary>
    protected internal AdmissionRequest Request
    {
        get => _request ?? throw new InvalidOperationException("There is no request outside of a review.");
        internal set => _request = value;
    }

    /// <summary>Changes a new object.</summary>
    /// <param name="entity">The object; it may be changed in place and given to <see cref="Modified"/>.</param>
    /// <param name="dryRun">Nothing will be stored: leave no trace.</param>
    /// <param name="cancellationToken">Cancelled when the API server waits no longer.</param>
    public virtual Task<MutationResult<T>> CreateAsync(T entity, bool dryRun, CancellationToken cancellationToken) =>
        Task.FromResult(Create(entity, dryRun));

    /// <summary>The synchronous form of <see cref="CreateAsync"/>; not called when that is overridden.</summary>
    public virtual MutationResult<T> Create(T entity, bool dryRun) => NoChanges();

    /// <summary>Changes a changed object.</summary>
    /// <param name="oldEntity">The object as it is stored.</param>
    /// <param name="newEntity">The object as it would be; it may be changed in place and given to <see cref="Modified"/>.</param>
    /// <param name="dryRun">Nothing will be stored: leave no trace.</param>
    /// <param name="cancellationToken">Cancelled when the API server waits no longer.</param>
    public virtual Task<MutationResult<T>> UpdateAsync(T oldEntity, T newEntity, bool dryRun, CancellationToken cancellationToken) =>
        Task.FromResult(Update(oldEntity, newEntity, dryRun));

    /// <summary>The synchronous form of <see cref="UpdateAsync"/>; not called when that is overridden.</summary>
    public virtual MutationResult<T> Update(T oldEntity, T newEntity, bool dryRun) => NoChanges();

    /// <summary>Decides about a deletion; there is nothing to change then.</summary>
    /// <param name="entity">The object as it is stored.</param>
    /// <param name="dryRun">Nothing will be deleted: leave no trace.</param>
    /// <param name="cancellationToken">Cancelled when the API server waits no longer.</param>
    public virtual Task<MutationResult<T>> DeleteAsync(T entity, bool dryRun, CancellationToken cancellationToken) =>
        Task.FromResult(Delete(entity, dryRun));

    /// <summary>The synchronous form of <see cref="DeleteAsync"/>; not called when that is overridden.</summary>
    public virtual MutationResult<T> Delete(T entity, bool dryRun) => NoChanges();

    /// <summary>Leaves the object as it is.</summary>
    protected static MutationResult<T> NoChanges(params IEnumerable<string> warnings) => new() { Warnings = [.. warnings] };

    /// <summary>
    /// Replaces the object. Only what differs from the object that was passed in is sent back, so fields that
    /// <typeparamref name="T"/> does not know stay as they are.
    /// </summary>
    protected static MutationResult<T> Modified(T entity, params IEnumerable<string> warnings)
    {
        ArgumentNullException.ThrowIfNull(entity);
        return new MutationResult<T> { ModifiedObject = entity, Warnings = [.. warnings] };
    }

    /// <summary>Changes the object by an RFC 6902 patch of one's own.</summary>
    /// <param name="jsonPatch">The list of operations as UTF-8 JSON.</param>
    /// <param name="warnings">Shown to the user.</param>
    protected static MutationResult<T> Patched(ReadOnlyMemory<byte> jsonPatch, params IEnumerable<string> warnings) =>
        new() { Patch = jsonPatch, Warnings = [.. warnings] };

    /// <summary>Refuses the request.</summary>
    protected static MutationResult<T> Fail(string message, int statusCode = 422, params IEnumerable<ValidationCause> causes) =>
        new() { Refusal = ValidationResult.Fail(message, statusCode, causes) };
}
