using System.Text.Json.Nodes;
using Operator.Api.Validation;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Serialization;
using Xunit;

namespace Operator.Api.Tests.Validation;

/// <summary>Whatever is done to a manifest, validation answers and never throws, and each error has a path and a message.</summary>
public sealed class MutatedManifestTests
{
    private const int Cases = 4000;

    [Fact]
    public void A_mutated_ClaudeDeployment_is_answered() =>
        Mutate<ClaudeDeployment>(Manifest.Deployment, 1, (stored, e) => [ClaudeDeploymentValidation.Validate(e, Context), ClaudeDeploymentValidation.ValidateUpdate(stored, e)]);

    [Fact]
    public void A_mutated_ClaudeQuota_is_answered() =>
        Mutate<ClaudeQuota>(Manifest.Quota, 2, (stored, e) => [ClaudeQuotaValidation.Validate(e, Context), ClaudeQuotaValidation.ValidateUpdate(stored, e)]);

    [Fact]
    public void A_mutated_ClaudeEvalRun_is_answered() =>
        Mutate<ClaudeEvalRun>(Manifest.EvalRun, 3, (stored, e) => [ClaudeEvalRunValidation.Validate(e), ClaudeEvalRunValidation.ValidateUpdate(stored, e)]);

    private static ValidationContext Context { get; } = new(new NoModels(), DateTimeOffset.UnixEpoch);

    private static void Mutate<T>(string manifest, int seed, Func<T, T, Findings[]> validate)
        where T : class, IKubernetesObject<V1ObjectMeta>, IToleratesUnreadable, new()
    {
        var random = new Random(seed);
        int valid = 0, invalid = 0;
        for (var i = 0; i < Cases; i++)
        {
            var root = JsonNode.Parse(manifest)!;
            for (var n = random.Next(1, 4); n > 0; n--) ManifestMutation.Change(root["spec"] ?? root, random);
            var entity = Manifest.Read<T>(root);
            foreach (var found in validate(Manifest.Read<T>(JsonNode.Parse(manifest)!), entity))
            {
                _ = found.IsValid ? valid++ : invalid++;
                Assert.All(found.Errors, e => Assert.True(e.Path.Length > 0 && e.Message.Length > 0, $"{e} of {root}"));
                Assert.True(found.Errors.Count <= Findings.Most && found.Warnings.Count <= Findings.Most);
                Assert.DoesNotContain(found.Errors, e => e.Message.Any(char.IsControl));
            }
        }
        // The mutations must reach both sides, or the test says nothing.
        Assert.True(valid > Cases / 100, $"only {valid} of {2 * Cases} were valid");
        Assert.True(invalid > Cases / 2, $"only {invalid} of {2 * Cases} were invalid");
    }

    private sealed class NoModels : IModelKnowledge
    {
        public ModelFacts? Find(string id) => id.Length % 2 == 0 ? null : new ModelFacts { Id = id, IsAlias = true, RetiresOn = new DateOnly(1970, 1, 2), Efforts = [], MaxOutputTokens = 10 };
    }
}
