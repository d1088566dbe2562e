using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Serialization;
using Operator.Runtime.Caching;

namespace Operator.Runtime.Tests.Fakes;

/// <summary>
/// A small API in memory: versions, generations, finalizers, status as a subresource, pages, watches from any version, and faults. Not
/// thread-safe by itself: calls are made in a simulation, or under its lock.
/// </summary>
public sealed class FakeCluster(TimeProvider time) : IKubernetesClient
{
    private readonly Lock _gate = new();
    private readonly List<FakeWatch> _watches = [];
    private readonly List<FakeRequest> _requests = [];
    private int _uid;

    public KubernetesJson Json { get; } = new(new DefaultJsonTypeInfoResolver());

    public FakeHistory History { get; } = new();

    /// <summary>Asked about every request before it is served: an exception is the answer.</summary>
    public Func<FakeRequest, Exception?> Fault { get; set; } = static _ => null;

    /// <summary>Asked about every write after it is served: an exception is what the client sees, though the write took place.</summary>
    public Func<FakeRequest, Exception?> FaultAfterCommit { get; set; } = static _ => null;

    public IReadOnlyList<FakeRequest> Requests
    {
        get { lock (_gate) return [.. _requests]; }
    }

    public IReadOnlyList<FakeWatch> Watches
    {
        get { lock (_gate) return [.. _watches]; }
    }

    public void ForgetRequests()
    {
        lock (_gate) _requests.Clear();
    }

    /// <summary>Does something to every open watch, and lets each notice.</summary>
    public void ForEachWatch(Action<FakeWatch> change)
    {
        foreach (var watch in Watches)
        {
            change(watch);
            watch.Signal();
        }
    }

    public Task<T?> GetAsync<T>(string name, string? @namespace = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        lock (_gate)
        {
            var key = new ObjectKey(@namespace, name);
            var request = Accept(new FakeRequest("get", Resource<T>(), key), cancellationToken);
            return Task.FromResult(Stored(request.Resource, key) is { } stored ? Read<T>(stored) : null);
        }
    }

    public Task<KubernetesList<T>> ListAsync<T>(ListOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        lock (_gate)
        {
            var request = Accept(new FakeRequest("list", Resource<T>(), Options: options), cancellationToken);
            var (version, offset) = (History.Version, 0);
            if (options?.Continue is { } token)
            {
                var parts = token.Split(':');
                (version, offset) = (FakeHistory.Number(parts[0]), int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture));
                if (version < History.Oldest) throw FakeErrors.Expired();
            }
            var all = History.At(version, request.Resource, options?.Namespace);
            var limit = options?.Limit ?? int.MaxValue;
            var page = all.Skip(offset).Take(limit).Select(Read<T>).ToList();
            var more = offset + page.Count < all.Count;
            return Task.FromResult(new KubernetesList<T>(page, new V1ListMeta
            {
                ResourceVersion = FakeHistory.Text(version),
                Continue = more ? $"{version}:{offset + page.Count}" : null,
            }));
        }
    }

    public Task<T> CreateAsync<T>(T entity, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        WriteAsync<T>(new FakeRequest("create", Resource<T>(), ObjectKey.Of(entity), Json.ToNode(entity), options), (request, stored) =>
        {
            if (stored is not null) throw FakeErrors.AlreadyExists();
            return Created(request.Body!.DeepClone().AsObject(), EntityMetadata.For<T>());
        }, cancellationToken);

    public Task<T> UpdateAsync<T>(T entity, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta> => ReplaceAsync("update", entity, options, status: false, cancellationToken);

    public Task<T> UpdateStatusAsync<T>(T entity, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta> => ReplaceAsync("update/status", entity, options, status: true, cancellationToken);

    public Task<T> PatchAsync<T>(
        string name, string? @namespace, KubernetesPatch patch, PatchOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        ArgumentNullException.ThrowIfNull(patch);
        var body = JsonNode.Parse(patch.Body.Span)!.AsObject();
        var verb = patch.Type == PatchType.Apply ? "apply" : options?.Subresource is { } part ? "patch/" + part : "patch";
        var request = new FakeRequest(verb, Resource<T>(), new ObjectKey(@namespace, name), body, options);
        return WriteAsync<T>(request, (_, stored) =>
        {
            if (patch.Type is not (PatchType.Merge or PatchType.Apply)) throw new NotSupportedException($"{patch.Type} patches");
            if (stored is null && patch.Type == PatchType.Apply) return Created(body.DeepClone().AsObject(), EntityMetadata.For<T>());
            if (stored is null) throw FakeErrors.NotFound(request.Resource, name);
            var wanted = stored.DeepClone().AsObject();
            Merge(wanted, body);
            return Updated(stored, wanted, status: options?.Subresource == "status");
        }, cancellationToken);
    }

    public Task<bool> DeleteAsync<T>(
        string name, string? @namespace = null, DeleteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        lock (_gate)
        {
            var key = new ObjectKey(@namespace, name);
            var request = Accept(new FakeRequest("delete", Resource<T>(), key, Options: options), cancellationToken);
            if (Stored(request.Resource, key) is not { } stored) return Task.FromResult(false);
            if (options?.Uid is { } uid && stored["metadata"]!["uid"]!.GetValue<string>() != uid) throw FakeErrors.Conflict();
            var last = stored.DeepClone().AsObject();
            if (last["metadata"]!["finalizers"] is JsonArray { Count: > 0 })
            {
                if (last["metadata"]!["deletionTimestamp"] is null)
                {
                    last["metadata"]!["deletionTimestamp"] = time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
                    last["metadata"]!["generation"] = last["metadata"]!["generation"]!.GetValue<long>() + 1L;
                    Record(request, WatchEventType.Modified, last);
                }
            }
            else
            {
                Record(request, WatchEventType.Deleted, last);
            }
            if (FaultAfterCommit(request) is { } lost) throw lost;
            return Task.FromResult(true);
        }
    }

    public async IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(
        WatchOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        FakeWatch watch;
        lock (_gate)
        {
            var request = Accept(new FakeRequest("watch", Resource<T>(), Options: options), cancellationToken);
            var from = FakeHistory.Number(options!.ResourceVersion);
            if (from < History.Oldest) throw FakeErrors.Expired();
            watch = new FakeWatch(request.Resource, options.Namespace, from);
            _watches.Add(watch);
        }
        using var timeout = new CancellationTokenSource(options.Timeout ?? TimeSpan.FromMinutes(30), time);
        using var registration = timeout.Token.Register(watch.Signal);
        try
        {
            while (true)
            {
                var signal = watch.WaitAsync(cancellationToken);
                if (!watch.HalfOpen)
                {
                    if (watch.Error is { } error) throw error;
                    if (watch.End == WatchEnd.Closed || timeout.IsCancellationRequested) yield break;
                    if (watch.End == WatchEnd.Broken) throw new IOException("the connection was reset");
                    if (watch.End == WatchEnd.Expired) throw FakeErrors.Expired();
                    if (!watch.Paused && Next<T>(watch) is { } next)
                    {
                        yield return next;
                        continue;
                    }
                }
                await signal;
            }
        }
        finally
        {
            lock (_gate) _watches.Remove(watch);
        }
    }

    /// <summary>The present objects.</summary>
    public IReadOnlyList<T> Present<T>(string? @namespace = null)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        lock (_gate) return [.. History.At(History.Version, Resource<T>(), @namespace).Select(Read<T>)];
    }

    private WatchEvent<T>? Next<T>(FakeWatch watch)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        lock (_gate)
        {
            if (History.After(watch.Position, watch.Resource, watch.Namespace).FirstOrDefault() is { } entry)
            {
                watch.Position = entry.Version;
                return new WatchEvent<T>(entry.Type, Read<T>(entry.Object));
            }
            if (!watch.SendBookmark) return null;
            watch.SendBookmark = false;
            watch.Position = History.Version;
            var mark = new JsonObject { ["metadata"] = new JsonObject { ["resourceVersion"] = FakeHistory.Text(History.Version) } };
            return new WatchEvent<T>(WatchEventType.Bookmark, Read<T>(mark));
        }
    }

    private Task<T> ReplaceAsync<T>(string verb, T entity, WriteOptions? options, bool status, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var request = new FakeRequest(verb, Resource<T>(), ObjectKey.Of(entity), Json.ToNode(entity), options);
        return WriteAsync<T>(request, (_, stored) =>
            stored is null
                ? throw FakeErrors.NotFound(request.Resource, request.Key!.Value.Name)
                : Updated(stored, request.Body!.DeepClone().AsObject(), status), cancellationToken);
    }

    private Task<T> WriteAsync<T>(FakeRequest request, Func<FakeRequest, JsonObject?, JsonObject> write, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        lock (_gate)
        {
            Accept(request, cancellationToken);
            var stored = Stored(request.Resource, request.Key!.Value);
            var written = write(request, stored);
            if (stored is null || !JsonNode.DeepEquals(stored, written))
            {
                var gone = written["metadata"]!["deletionTimestamp"] is not null && written["metadata"]!["finalizers"] is not JsonArray { Count: > 0 };
                Record(request, gone ? WatchEventType.Deleted : stored is null ? WatchEventType.Added : WatchEventType.Modified, written);
            }
            if (FaultAfterCommit(request) is { } lost) throw lost;
            return Task.FromResult(Read<T>(written));
        }
    }

    private JsonObject Created(JsonObject body, EntityMetadata kind)
    {
        body.Remove("status");
        body["apiVersion"] = kind.ApiVersion;
        body["kind"] = kind.Kind;
        var metadata = body["metadata"]!.AsObject();
        metadata["uid"] = $"uid-{++_uid}";
        metadata["creationTimestamp"] = time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        metadata["generation"] = 1L;
        metadata.Remove("resourceVersion");
        return body;
    }

    private static JsonObject Updated(JsonObject stored, JsonObject wanted, bool status)
    {
        var sent = wanted["metadata"]!.AsObject();
        var known = stored["metadata"]!.AsObject();
        if (sent["resourceVersion"] is { } version && version.GetValue<string>() != known["resourceVersion"]!.GetValue<string>()) throw FakeErrors.Conflict();
        if (sent["uid"] is { } uid && uid.GetValue<string>() != known["uid"]!.GetValue<string>()) throw FakeErrors.Conflict();
        var result = stored.DeepClone().AsObject();
        if (status)
        {
            result["status"] = wanted["status"]?.DeepClone();
        }
        else
        {
            foreach (var field in new[] { "labels", "annotations", "finalizers", "ownerReferences" }) Take(field, sent, result["metadata"]!.AsObject());
            Take("spec", wanted, result);
            if (!JsonNode.DeepEquals(stored["spec"], result["spec"]))
                result["metadata"]!["generation"] = known["generation"]!.GetValue<long>() + 1L;
        }
        return result;
    }

    private static void Take(string field, JsonObject from, JsonObject to)
    {
        if (from[field] is { } value) to[field] = value.DeepClone();
        else to.Remove(field);
    }

    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null) target.Remove(name);
            else if (value is JsonObject inner)
            {
                if (target[name] is not JsonObject known) target[name] = known = [];
                Merge(known, inner);
            }
            else target[name] = value.DeepClone();
        }
    }

    private FakeRequest Accept(FakeRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _requests.Add(request);
        return Fault(request) is { } fault ? throw fault : request;
    }

    private void Record(FakeRequest request, WatchEventType type, JsonObject stored)
    {
        History.Add(request.Resource, request.Key!.Value, type, stored);
        foreach (var watch in _watches) watch.Signal();
    }

    private JsonObject? Stored(string resource, ObjectKey key) => History.Latest(resource, key);

    private T Read<T>(JsonObject stored)
        where T : class, IKubernetesObject<V1ObjectMeta> => Json.FromNode<T>(stored);

    private static string Resource<T>() => EntityMetadata.For<T>().PluralName;
}
