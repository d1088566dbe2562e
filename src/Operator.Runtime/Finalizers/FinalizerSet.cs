using Microsoft.Extensions.DependencyInjection;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Runtime.Caching;
using Operator.Runtime.Reconciling;

namespace Operator.Runtime.Finalizers;

/// <summary>The finalizers of a kind: adds them before anything else happens, and works them off when the entity is to go.</summary>
/// <param name="registrations">In the order in which they are called.</param>
/// <param name="client">Writes the list.</param>
/// <param name="scopes">Makes a scope for each call.</param>
/// <param name="runs">False for the second controller of a kind, which adds finalizers but leaves the work to the first.</param>
internal sealed class FinalizerSet<TEntity>(
    IReadOnlyList<FinalizerRegistration<TEntity>> registrations, IKubernetesClient client, IServiceScopeFactory scopes, bool runs)
    where TEntity : class, IKubernetesObject<V1ObjectMeta>
{
    // A conflict is solved by reading again; so many in a row mean that somebody fights over the object.
    private const int Attempts = 5;

    /// <summary>Adds what is missing, in one write.</summary>
    /// <returns>The entity as it stands then; null when it has gone meanwhile.</returns>
    /// <exception cref="KubernetesException">Somebody else changed the entity (409): reconcile again.</exception>
    public async Task<TEntity?> AttachAsync(TEntity entity, CancellationToken cancellationToken)
    {
        if (FinalizerPatch.Add(entity.Metadata, registrations.Select(r => r.Identifier)) is not { } patch) return entity;
        try
        {
            return await PatchAsync(ObjectKey.Of(entity), patch, cancellationToken);
        }
        catch (KubernetesException e) when (e.IsObjectNotFound)
        {
            return null;
        }
    }

    /// <summary>Calls every finalizer that the entity still has, and removes those that are done.</summary>
    public async Task<ReconcileOutcome> FinalizeAsync(TEntity entity, CancellationToken cancellationToken)
    {
        if (!runs) return ReconcileOutcome.Done.Instance;
        ReconcileOutcome? unfinished = null;
        foreach (var registration in registrations)
        {
            if (entity.Metadata.Finalizers?.Contains(registration.Identifier) != true) continue;
            var outcome = await CallAsync(registration, entity, cancellationToken);
            if (outcome is not ReconcileOutcome.Done)
            {
                // One that cannot finish does not keep the others from their work.
                unfinished = outcome is ReconcileOutcome.Failed || unfinished is null ? outcome : unfinished;
                continue;
            }
            if (await RemoveAsync(entity, registration.Identifier, cancellationToken) is not { } left) return ReconcileOutcome.Done.Instance;
            entity = left;
        }
        return unfinished ?? ReconcileOutcome.Done.Instance;
    }

    private async Task<ReconcileOutcome> CallAsync(
        FinalizerRegistration<TEntity> registration, TEntity entity, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        try
        {
            var finalizer = registration.Create(scope.ServiceProvider);
            return EntityReconciler<TEntity>.Outcome(await finalizer.FinalizeAsync(entity, cancellationToken));
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return new ReconcileOutcome.Failed($"finalizer {registration.Identifier}: {e.Message}", e);
        }
    }

    /// <returns>The entity as it stands then; null when it has gone, as it does after the last finalizer.</returns>
    private async Task<TEntity?> RemoveAsync(TEntity entity, string identifier, CancellationToken cancellationToken)
    {
        var key = ObjectKey.Of(entity);
        var uid = entity.Metadata.Uid;
        for (var attempt = 1; ; attempt++)
        {
            if (FinalizerPatch.Remove(entity.Metadata, identifier) is not { } patch) return entity;
            try
            {
                return await PatchAsync(key, patch, cancellationToken);
            }
            catch (KubernetesException e) when (e.IsObjectNotFound)
            {
                return null;
            }
            catch (KubernetesException e) when (e.IsConflict && attempt < Attempts)
            {
                var live = await client.GetAsync<TEntity>(key.Name, key.Namespace, cancellationToken);
                if (live is null || live.Metadata.Uid != uid) return null;
                entity = live;
            }
        }
    }

    private Task<TEntity> PatchAsync(ObjectKey key, KubernetesPatch patch, CancellationToken cancellationToken) =>
        client.PatchAsync<TEntity>(key.Name, key.Namespace, patch, cancellationToken: cancellationToken);
}
