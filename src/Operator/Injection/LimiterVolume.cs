using Operator.Contract;
using Operator.Kubernetes.Models;

namespace Operator.Injection;

/// <summary>
/// The one volume of a limiter: the configuration of its deployments, its token, what it trusts, and the API keys. Projected, so that
/// all of it follows its sources without a restart; only the limiter mounts it.
/// </summary>
internal static class LimiterVolume
{
    public const string Name = "claude-limiter";

    // 0444: without an fsGroup of the pod, which is not ours to set, files belong to root and the limiter does not.
    private const int ReadOnlyForAll = 292;

    /// <summary>Renders the volume.</summary>
    /// <param name="deployments">Names of deployments with the Secrets of their keys.</param>
    /// <param name="options">Audience and authority.</param>
    public static V1Volume Of(IReadOnlyList<(string Deployment, string SecretName, string SecretKey)> deployments, InjectionOptions options)
    {
        List<V1VolumeProjection> sources =
        [
            new()
            {
                ServiceAccountToken = new V1ServiceAccountTokenProjection
                {
                    Audience = options.TokenAudience,
                    ExpirationSeconds = (long)options.TokenLifetime.TotalSeconds,
                    Path = LimiterPod.TokenFile,
                },
            },
            new()
            {
                ConfigMap = new V1ConfigMapProjection
                {
                    Name = options.AuthorityConfigMap,
                    Items = [new V1KeyToPath { Key = LimiterPod.AuthorityFile, Path = LimiterPod.AuthorityFile }],
                    Optional = true,
                },
            },
        ];
        // Optional, all of them: a pod must start when the operator or the Secret is late, and files appear when their sources do.
        sources.AddRange(deployments.Select(each => new V1VolumeProjection
        {
            ConfigMap = new V1ConfigMapProjection
            {
                Name = LimiterPod.ConfigMapPrefix + each.Deployment,
                Items = [new V1KeyToPath { Key = LimiterPod.ConfigMapKey, Path = $"{LimiterPod.Deployments}/{each.Deployment}.json" }],
                Optional = true,
            },
        }));
        // One projection for each Secret and key: several deployments may share one.
        sources.AddRange(deployments.GroupBy(each => each.SecretName, StringComparer.Ordinal).Select(group => new V1VolumeProjection
        {
            Secret = new V1SecretProjection
            {
                Name = group.Key,
                Items = [.. group.Select(each => new V1KeyToPath { Key = each.SecretKey, Path = $"{LimiterPod.Keys}/{each.Deployment}" })],
                Optional = true,
            },
        }));
        return new V1Volume { Name = Name, Projected = new V1ProjectedVolumeSource { Sources = sources, DefaultMode = ReadOnlyForAll } };
    }
}
