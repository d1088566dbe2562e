using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Operator.Api;
using Operator.Contract;
using Operator.Kubernetes.Models;

namespace Operator.Rollouts.Configuration;

/// <summary>The ConfigMap that limiters mount: the truth about who serves.</summary>
internal static class LimiterConfigMap
{
    /// <summary>The key of the configuration.</summary>
    public const string Key = "deployment.json";

    /// <summary>The annotation with the configuration's generation, for people.</summary>
    public const string GenerationAnnotation = "claudeops.dev/generation";

    /// <summary>The annotation with the rollback that the configuration carries out.</summary>
    public const string RolledBackAnnotation = "claudeops.dev/rolled-back";

    /// <summary>The annotation with the digest of data and mark as the operator wrote them: a hand-edit does not match it.</summary>
    public const string DigestAnnotation = "claudeops.dev/digest";

    /// <summary>The field manager that owns it.</summary>
    public const string FieldManager = "claude-operator-rollouts";

    /// <summary>The ConfigMap's name.</summary>
    public static string Name(string deployment) => "claude-limiter-" + deployment;

    /// <summary>Renders the ConfigMap.</summary>
    /// <param name="configuration">What limiters shall hold.</param>
    /// <param name="text">The same as canonical text.</param>
    /// <param name="mark">The rollback that it carries out; null for none.</param>
    /// <param name="owner">The deployment.</param>
    public static V1ConfigMap Render(DeploymentConfiguration configuration, string text, RollbackMark? mark, ClaudeDeployment owner)
    {
        var marked = Write(mark);
        var annotations = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [GenerationAnnotation] = configuration.Generation.ToString(CultureInfo.InvariantCulture),
            [DigestAnnotation] = Digest(text, marked),
        };
        if (marked is not null) annotations[RolledBackAnnotation] = marked;
        return new V1ConfigMap
        {
            Metadata = new V1ObjectMeta
            {
                Name = Name(configuration.Name),
                NamespaceProperty = configuration.Namespace,
                Labels = Labelled(configuration.Name),
                Annotations = annotations,
                OwnerReferences = [Owner(owner)],
            },
            Data = new Dictionary<string, string>(StringComparer.Ordinal) { [Key] = text },
        };
    }

    /// <summary>Reads a ConfigMap, whatever was done to it.</summary>
    public static HeldConfigMap Read(V1ConfigMap map)
    {
        var annotations = map.Metadata.Annotations ?? new Dictionary<string, string>(StringComparer.Ordinal);
        var text = map.Data is { } data && data.TryGetValue(Key, out var found) ? found : null;
        annotations.TryGetValue(RolledBackAnnotation, out var marked);
        annotations.TryGetValue(DigestAnnotation, out var digest);
        annotations.TryGetValue(GenerationAnnotation, out var written);
        long? generation = long.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        var configuration = Parse(text);
        return new HeldConfigMap
        {
            Map = map,
            Text = text,
            Configuration = configuration,
            Generation = Math.Max(generation ?? 0, configuration?.Generation ?? 0),
            Mark = ReadMark(marked),
            IsIntact = configuration is not null && configuration.Generation == generation && digest == Digest(text ?? "", marked),
        };
    }

    /// <summary>Whether labels and owner are as they were written.</summary>
    public static bool IsLabelled(V1ConfigMap map, ClaudeDeployment owner) =>
        Labelled(owner.Metadata.Name!).All(l => map.Metadata.Labels is { } labels && labels.TryGetValue(l.Key, out var value) && value == l.Value)
        && map.Metadata.OwnerReferences?.Any(o => o.Uid == owner.Metadata.Uid && o.Controller == true) == true;

    /// <summary>The owner reference of a child.</summary>
    public static V1OwnerReference Owner(ClaudeDeployment owner) => new()
    {
        ApiVersion = ApiGroup.ApiVersion,
        Kind = nameof(ClaudeDeployment),
        Name = owner.Metadata.Name!,
        Uid = owner.Metadata.Uid!,
        Controller = true,
        BlockOwnerDeletion = true,
    };

    private static Dictionary<string, string> Labelled(string deployment) => new(StringComparer.Ordinal)
    {
        [Labels.ManagedBy] = Labels.ManagedByValue,
        [Labels.Deployment] = deployment,
    };

    private static string Digest(string text, string? mark) => CanonicalJson.Digest(text + "\n" + mark);

    private static string? Write(RollbackMark? mark) =>
        mark is null ? null : CanonicalJson.Write(mark, MarkJsonContext.Default.RollbackMark);

    private static RollbackMark? ReadMark(string? text)
    {
        if (text is null) return null;
        try
        {
            return JsonSerializer.Deserialize(text, MarkJsonContext.Default.RollbackMark) is { Revision: not null, Reason: not null, Message: not null } mark
                ? mark
                : null;
        }
        catch (JsonException)
        {
            // Somebody edited it: the digest says so, and it is written anew.
            return null;
        }
    }

    private static DeploymentConfiguration? Parse(string? text)
    {
        if (text is null) return null;
        try
        {
            return JsonSerializer.Deserialize(text, ContractJsonContext.Default.DeploymentConfiguration);
        }
        catch (JsonException)
        {
            // Somebody edited it: the digest says so, and it is written anew.
            return null;
        }
    }
}

/// <summary>The limiter ConfigMap as it stands.</summary>
internal sealed record HeldConfigMap
{
    /// <summary>The object.</summary>
    public required V1ConfigMap Map { get; init; }

    /// <summary>The configuration as text; null when its key is gone.</summary>
    public string? Text { get; init; }

    /// <summary>The configuration; null when it cannot be read.</summary>
    public DeploymentConfiguration? Configuration { get; init; }

    /// <summary>The highest generation that it speaks of.</summary>
    public long Generation { get; init; }

    /// <summary>The rollback that it carries out; null for none, or when that cannot be read.</summary>
    public RollbackMark? Mark { get; init; }

    /// <summary>Whether it is what the operator wrote.</summary>
    public bool IsIntact { get; init; }

    /// <summary>What limiters hold, as a decision sees it.</summary>
    public HeldConfiguration? Held => Configuration is null
        ? null
        : new HeldConfiguration(
            Configuration.Stable is { } stable
                ? new RevisionRecord(stable.Revision, stable.Model, stable.PromptVersion, stable.PromptDigest, Map.Metadata.CreationTimestamp ?? default)
                : null,
            Configuration.Canary?.Revision,
            Configuration.CanaryWeight,
            Mark);
}

/// <summary>JSON of the rollback mark.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RollbackMark))]
internal sealed partial class MarkJsonContext : JsonSerializerContext;
