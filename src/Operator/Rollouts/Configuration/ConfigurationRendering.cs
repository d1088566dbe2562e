using System.Text;
using Operator.Api;
using Operator.Contract;
using Lane = Operator.Contract.Lane;
using StickyBy = Operator.Contract.StickyBy;

namespace Operator.Rollouts.Configuration;

/// <summary>Renders what limiters hold. Pure: the same input gives the same text.</summary>
internal static class ConfigurationRendering
{
    /// <summary>The longest text, in bytes: an API server takes 1 MiB of data in a ConfigMap, keys included.</summary>
    public const int MaxBytes = (1024 * 1024) - 1024;

    /// <summary>Renders the configuration of a deployment.</summary>
    /// <exception cref="ConfigurationTooLargeException">Stable and canary alone are too large together.</exception>
    /// <exception cref="MissingRevisionException">The content of stable or canary is not at hand.</exception>
    public static (DeploymentConfiguration Configuration, string Text) Render(ConfigurationInput input)
    {
        var standby = input.Desired.Standby.Where(input.Contents.ContainsKey).ToList();
        while (true)
        {
            var configuration = Compose(input, standby);
            var text = CanonicalJson.Write(configuration, ContractJsonContext.Default.DeploymentConfiguration);
            var bytes = Encoding.UTF8.GetByteCount(text);
            if (bytes <= MaxBytes) return (configuration, text);
            // A rollback must never fail for a revision that only stands by: the oldest are left out first.
            if (standby.Count == 0) throw new ConfigurationTooLargeException(bytes);
            standby.RemoveAt(standby.Count - 1);
        }
    }

    private static DeploymentConfiguration Compose(ConfigurationInput input, List<string> standby)
    {
        var spec = input.Spec;
        var stable = Content(input, input.Desired.Stable);
        var canary = Content(input, input.Desired.Canary);
        var waiting = standby.Select(r => Content(input, r)!).ToList();
        List<RevisionConfiguration> all = [.. new[] { stable, canary }.OfType<RevisionConfiguration>(), .. waiting];
        var fallback = (spec.Fallback ?? []).Select(f => f.Model).ToList();
        var wanted = all.Select(r => r.Model).Concat(fallback).ToHashSet(StringComparer.Ordinal);
        var models = input.Models
            .Where(m => wanted.Contains(m.Id) || m.Aliases.Any(wanted.Contains))
            .DistinctBy(m => m.Id)
            .OrderBy(m => m.Id, StringComparer.Ordinal)
            .ToList();
        return new DeploymentConfiguration
        {
            Namespace = input.Namespace,
            Name = input.Name,
            Generation = input.Generation,
            Lane = (Lane)(int)spec.Lane,
            StickyBy = (StickyBy)(int)(spec.Canary?.StickyBy ?? Api.StickyBy.Conversation),
            Stable = stable,
            Canary = canary,
            CanaryWeight = canary is null ? 0 : input.Desired.Weight,
            Standby = waiting,
            Fallback = fallback,
            Quota = input.Quota,
            Models = models,
            Measurement = MeasurementBounds.Of(spec, [.. new[] { stable, canary }.OfType<RevisionConfiguration>()], models),
        };
    }

    private static RevisionConfiguration? Content(ConfigurationInput input, string? revision)
    {
        if (revision is null) return null;
        if (!input.Contents.TryGetValue(revision, out var content)) throw new MissingRevisionException(revision);
        // Who delivers the prompt by itself gets name, version and digest from the limiter, not the text.
        if (input.Spec.Prompt.Delivery == PromptDelivery.Flag) return content with { SystemPrompt = null };
        // Limiters that were given no text hold no copy of it that could be injected now.
        return content.SystemPrompt is null ? throw new MissingRevisionException(revision) : content;
    }
}

/// <summary>Stable and canary together are more than a ConfigMap may hold.</summary>
internal sealed class ConfigurationTooLargeException(int bytes) : Exception(
    $"the limiter configuration has {bytes} bytes and a ConfigMap holds {ConfigurationRendering.MaxBytes} at most; shorten the prompts of stable and canary");

/// <summary>A revision that limiters shall hold has no content any more.</summary>
internal sealed class MissingRevisionException(string revision) : Exception(
    $"the content of revision {RolloutPolicy.Short(revision)} is lost: neither its revision ConfigMap nor the limiter ConfigMap holds it")
{
    /// <summary>The revision.</summary>
    public string Revision { get; } = revision;
}
