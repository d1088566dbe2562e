using System.Text.Json;
using System.Text.Json.Nodes;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Patching;
using Operator.Kubernetes.Serialization;

namespace Operator.Kubernetes;

public sealed partial record KubernetesPatch
{
    /// <summary>
    /// A server-side apply of an object: the fields it has become the caller's. The fields that only the server writes
    /// (managed fields, resource version, UID, timestamps, generation) are left out; so is an empty status.
    /// </summary>
    /// <param name="entity">What the caller wants, and nothing else: fields that are not set are given up.</param>
    /// <param name="json">How to write it; null for a built-in kind.</param>
    public static KubernetesPatch Apply<T>(T entity, KubernetesJson? json = null)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        ArgumentNullException.ThrowIfNull(entity);
        ObjectReader.CheckWhole(entity);
        ObjectReader.Identify(entity);
        return Apply((json ?? KubernetesJson.BuiltIn).ToNode(entity));
    }

    /// <summary>A server-side apply of a document, with the same fields left out.</summary>
    /// <exception cref="ArgumentException">The document has no apiVersion or no kind.</exception>
    public static KubernetesPatch Apply(JsonObject document)
    {
        ArgumentNullException.ThrowIfNull(document);
        var body = (JsonObject)document.DeepClone();
        if (body["apiVersion"] is null || body["kind"] is null)
            throw new ArgumentException("An apply patch needs apiVersion and kind.", nameof(document));
        if (body["metadata"] is JsonObject metadata)
        {
            string[] fromServer =
            [
                "managedFields", "resourceVersion", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation",
                "selfLink",
            ];
            foreach (var field in fromServer) metadata.Remove(field);
        }
        if (body["status"] is JsonObject { Count: 0 }) body.Remove("status");
        return new KubernetesPatch(PatchType.Apply, Bytes(body));
    }

    /// <summary>A merge patch: objects are merged, everything else is replaced, null removes.</summary>
    public static KubernetesPatch Merge(JsonObject body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return new KubernetesPatch(PatchType.Merge, Bytes(body));
    }

    /// <summary>
    /// The smallest merge patch that makes one document of another; null when they do not differ.
    /// See <see cref="JsonMergePatch.Diff"/> for what merge patches cannot say.
    /// </summary>
    public static KubernetesPatch? MergeDiff(JsonObject from, JsonObject to) =>
        JsonMergePatch.Diff(from, to) is JsonObject { Count: > 0 } patch ? Merge(patch) : null;

    /// <summary>A strategic merge patch; built-in kinds only.</summary>
    public static KubernetesPatch StrategicMerge(JsonObject body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return new KubernetesPatch(PatchType.StrategicMerge, Bytes(body));
    }

    /// <summary>A JSON patch: operations that happen in order, all or none.</summary>
    public static KubernetesPatch FromOperations(params IReadOnlyList<JsonPatchOperation> operations)
    {
        ArgumentNullException.ThrowIfNull(operations);
        return new KubernetesPatch(PatchType.Json, JsonPatchOperation.Write(operations));
    }

    private static ReadOnlyMemory<byte> Bytes(JsonNode node)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream)) node.WriteTo(writer);
        return stream.ToArray();
    }
}
