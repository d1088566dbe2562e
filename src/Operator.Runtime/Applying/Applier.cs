using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Runtime.Caching;

namespace Operator.Runtime.Applying;

/// <summary>Server-side apply under one field manager.</summary>
internal sealed class Applier(string fieldManager, IKubernetesClient client, IInformers informers)
{
    private readonly ConcurrentDictionary<(Type Kind, ObjectKey Key), Applied> _applied = new();

    public string FieldManager => fieldManager;

    public async Task<TChild> ApplyAsync<TChild>(
        TChild child, IKubernetesObject<V1ObjectMeta>? owner, CancellationToken cancellationToken)
        where TChild : class, IKubernetesObject<V1ObjectMeta>
    {
        ArgumentNullException.ThrowIfNull(child);
        var kind = EntityMetadata.For<TChild>();
        var body = ApplyBody.Of(client.Json, child, kind, owner, owner is null ? null : OwnerKind.Of(owner));
        var key = new ObjectKey(body["metadata"]!["namespace"]?.GetValue<string>(), ObjectKey.Of(child).Name);
        var bytes = JsonBytes.Of(body);
        var digest = Convert.ToHexString(SHA256.HashData(bytes));
        if (Unchanged<TChild>(key, digest, body) is { } cached) return cached;
        var applied = await client.PatchAsync<TChild>(
            key.Name, key.Namespace, new KubernetesPatch(PatchType.Apply, bytes),
            new PatchOptions { FieldManager = fieldManager, Force = true }, cancellationToken);
        _applied[(typeof(TChild), key)] = new Applied(digest, applied.Metadata.Uid);
        return applied;
    }

    /// <summary>The cached child, if this process applied the same to it before and all of that still stands.</summary>
    private TChild? Unchanged<TChild>(ObjectKey key, string digest, JsonObject body)
        where TChild : class, IKubernetesObject<V1ObjectMeta>
    {
        // The digest knows of fields that are no longer said; the cache knows of fields that somebody else changed. Both are needed.
        if (!_applied.TryGetValue((typeof(TChild), key), out var last)) return null;
        var cached = informers.Find<TChild>(key);
        if (cached is null || cached.Metadata.Uid != last.Uid || cached.Metadata.DeletionTimestamp is not null)
        {
            // Gone, made anew, or not followed: what was applied says nothing any more.
            _applied.TryRemove((typeof(TChild), key), out _);
            return null;
        }
        if (last.Digest != digest) return null;
        var stored = client.Json.ToNode(cached);
        // Lists of objects may come without these two.
        stored["apiVersion"] = body["apiVersion"]!.DeepClone();
        stored["kind"] = body["kind"]!.DeepClone();
        return JsonComparison.Contains(stored, body) ? client.Json.FromNode<TChild>(stored) : null;
    }

    private sealed record Applied(string Digest, string? Uid);
}

/// <summary>An applier in the name of one controller.</summary>
internal sealed class Applier<TController>(Applier applier) : IApplier<TController>
{
    public string FieldManager => applier.FieldManager;

    public Task<TChild> ApplyAsync<TChild>(
        TChild child, IKubernetesObject<V1ObjectMeta>? owner = null, CancellationToken cancellationToken = default)
        where TChild : class, IKubernetesObject<V1ObjectMeta> => applier.ApplyAsync(child, owner, cancellationToken);
}
