using System.Text.Json;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Serialization;

namespace Operator.Kubernetes;

public sealed partial class KubernetesClient
{
    /// <summary>Reads the scale of an object of a kind that has the scale subresource.</summary>
    /// <typeparam name="T">The kind that is scaled.</typeparam>
    /// <returns>The scale, or null when there is no object of that name.</returns>
    public async Task<V1Scale?> GetScaleAsync<T>(string name, string? @namespace = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        try
        {
            var path = ResourcePath.Object(EntityMetadata.For<T>(), name, @namespace, "scale");
            return await ReadAsync(new ApiRequest(HttpMethod.Get, path), ReadScale, cancellationToken).ConfigureAwait(false);
        }
        catch (KubernetesException error) when (error.IsObjectNotFound)
        {
            return null;
        }
    }

    /// <summary>Changes the scale of an object by a patch of its scale subresource.</summary>
    /// <typeparam name="T">The kind that is scaled.</typeparam>
    public Task<V1Scale> PatchScaleAsync<T>(
        string name, string? @namespace, KubernetesPatch patch, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        ArgumentNullException.ThrowIfNull(patch);
        var path = ResourcePath.Object(EntityMetadata.For<T>(), name, @namespace, "scale");
        var patchOptions = options as PatchOptions ?? new PatchOptions
        {
            DryRun = options?.DryRun ?? false, FieldManager = options?.FieldManager, FieldValidation = options?.FieldValidation,
        };
        return ReadAsync(PatchRequest(path, patch, patchOptions), ReadScale, cancellationToken);
    }

    private static V1Scale ReadScale(ReadOnlySpan<byte> utf8) => ObjectReader.Read(utf8, KubernetesJson.BuiltIn.TypeInfo<V1Scale>());
}
