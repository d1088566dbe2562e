using System.Diagnostics.CodeAnalysis;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;

namespace Operator.Runtime.Reconciling;

/// <summary>How a reconcile or a finalizer ended.</summary>
/// <typeparam name="TEntity">The kind.</typeparam>
public sealed record ReconciliationResult<TEntity>
    where TEntity : IKubernetesObject<V1ObjectMeta>
{
    private ReconciliationResult(TEntity entity) => Entity = entity;

    /// <summary>The entity that was worked on.</summary>
    public TEntity Entity { get; }

    /// <summary>True when the work was done, or may go on later without being a failure.</summary>
    [MemberNotNullWhen(false, nameof(ErrorMessage))]
    public bool IsSuccess => ErrorMessage is null;

    /// <summary>True when the work failed.</summary>
    [MemberNotNullWhen(true, nameof(ErrorMessage))]
    public bool IsFailure => !IsSuccess;

    /// <summary>What failed, for people to read; null on success.</summary>
    public string? ErrorMessage { get; private init; }

    /// <summary>The exception behind a failure, where there was one.</summary>
    public Exception? Error { get; private init; }

    /// <summary>
    /// When to look again. On success null means: when something changes. On failure null means: after the backoff.
    /// </summary>
    public TimeSpan? RequeueAfter { get; init; }

#pragma warning disable CA1000 // The shape that authors of operators know: the type argument names what the result is about.

    /// <summary>The work is done, or goes on after <paramref name="requeueAfter"/>.</summary>
    public static ReconciliationResult<TEntity> Success(TEntity entity, TimeSpan? requeueAfter = null) =>
        new(entity) { RequeueAfter = requeueAfter };

    /// <summary>The work failed and is tried again: after <paramref name="requeueAfter"/>, or else after the backoff.</summary>
    public static ReconciliationResult<TEntity> Failure(
        TEntity entity, string errorMessage, Exception? error = null, TimeSpan? requeueAfter = null)
    {
        ArgumentNullException.ThrowIfNull(errorMessage);
        return new(entity) { ErrorMessage = errorMessage, Error = error, RequeueAfter = requeueAfter };
    }
}
