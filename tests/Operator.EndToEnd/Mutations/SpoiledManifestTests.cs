using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Operator.Api;
using Operator.Api.Validation;
using Operator.EndToEnd.Harness;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Serialization;
using Operator.Kubernetes.Yaml;
using Operator.LocalCluster.Schemas;
using Operator.Rollouts;
using Operator.Rollouts.Gates;
using Operator.Testing;

namespace Operator.EndToEnd.Mutations;

public class SpoiledManifestTests(ITestOutputHelper output)
{
    private const int Count = 20_000;
    private const int Seed = 3_141_592;
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private static readonly KubernetesJson Json = new(ApiJsonContext.Default);

    // Unspoiled text: lone surrogates and control characters go over the wire as escapes.
    private static readonly JsonSerializerOptions Wire = new() { Encoder = JavaScriptEncoder.Default, MaxDepth = 256 };

    [Fact]
    public void Sound_manifests_are_accepted_by_schema_and_validation()
    {
        var schemas = Schemas();
        Assert.All(SoundManifests.All, manifest =>
        {
            var (schema, findings) = Judge(schemas, manifest.DeepClone().AsObject());
            Assert.Empty(schema);
            Assert.Empty(findings.Errors);
        });
    }

    [Fact]
    public void Twenty_thousand_spoiled_manifests_are_refused_with_a_path_or_accepted_with_a_right_effect()
    {
        var schemas = Schemas();
        var wrong = new ConcurrentQueue<string>();
        var (bySchema, byValidation, accepted) = (0, 0, 0);
        Parallel.For(0, Count, new ParallelOptions { MaxDegreeOfParallelism = 2 }, i =>
        {
            var manifest = new ManifestMutator(Seed + i).Mutate(SoundManifests.All[i % SoundManifests.All.Count]);
            void Wrong(string what) => wrong.Enqueue($"#{i.ToString(CultureInfo.InvariantCulture)}: {what}\n{Shown(manifest)}");
            try
            {
                var (schema, findings) = Judge(schemas, manifest);
                foreach (var error in schema.Where(e => e.Field.Length == 0 && e.Reason != FieldErrors.RulesNotChecked.Reason)) Wrong("the schema names no path: " + error);
                foreach (var error in findings.Errors.Where(e => !IsPath(e.Path) || e.Message.Length == 0)) Wrong("validation names no path: " + error);
                foreach (var warning in findings.Warnings.Where(e => !IsPath(e.Path))) Wrong("a warning names no path: " + warning);
                if (findings.Summary().Length > 1024) Wrong("the summary is too long");
                if (schema.Count > 0) Interlocked.Increment(ref bySchema);
                else if (!findings.IsValid) Interlocked.Increment(ref byValidation);
                else Interlocked.Increment(ref accepted);
                if (findings.IsValid && (string)manifest["kind"]! == "ClaudeDeployment" && Effect(manifest) is { } effect) Wrong(effect);
            }
            catch (Exception error)
            {
                Wrong(error.ToString());
            }
        });
        output.WriteLine($"{Count} spoiled manifests: {bySchema} refused by the schema, {byValidation} by validation, {accepted} accepted");
        Assert.Empty(wrong.Take(5));
        // A mutator that spoils nothing, or everything, would show nothing.
        Assert.True(bySchema > Count / 4 && byValidation > Count / 100 && accepted > Count / 20, $"{bySchema}, {byValidation}, {accepted}");
    }

    private static bool IsPath(string path) => path.StartsWith("spec", StringComparison.Ordinal) || path.StartsWith("metadata", StringComparison.Ordinal);

    private static string Shown(JsonObject manifest)
    {
        var text = manifest.ToJsonString(Wire);
        return text.Length > 2000 ? text[..2000] + "…" : text;
    }

    /// <summary>What the API server and the operator say of a manifest.</summary>
    private static (IReadOnlyList<FieldError> Schema, Findings Findings) Judge(Dictionary<string, StructuralSchema> schemas, JsonObject manifest)
    {
        var kind = (string)manifest["kind"]!;
        var schema = schemas[kind];
        var stored = JsonNode.Parse(manifest.ToJsonString(Wire), documentOptions: new JsonDocumentOptions { MaxDepth = 256 })!.AsObject();
        schema.Prune(stored);
        schema.ApplyDefaults(stored);
        var errors = schema.Validate(stored, null);
        // Validation sees the object as it came, as where admission was bypassed.
        var bytes = System.Text.Encoding.UTF8.GetBytes(manifest.ToJsonString(Wire));
        var context = new ValidationContext(null, Now);
        var findings = kind switch
        {
            "ClaudeDeployment" => Read<ClaudeDeployment>(bytes, e => ClaudeDeploymentValidation.Validate(e, context)),
            "ClaudeQuota" => Read<ClaudeQuota>(bytes, e => ClaudeQuotaValidation.Validate(e, context)),
            _ => Read<ClaudeEvalRun>(bytes, e => ClaudeEvalRunValidation.Validate(e)),
        };
        return (errors, findings);
    }

    private static Findings Read<T>(byte[] bytes, Func<T, Findings> validate)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        try
        {
            return validate(ObjectReader.Read(bytes, Json.TypeInfo<T>()));
        }
        catch (UnreadableObjectException error)
        {
            // Its very metadata cannot be read: no API server would have stored it.
            return new Findings([new Finding(error.Field, FindingReason.FieldValueTypeInvalid, error.Fault)], []);
        }
    }

    /// <summary>What is wrong with the plan that an accepted deployment leads to; null when nothing is.</summary>
    private static string? Effect(JsonObject manifest)
    {
        var spec = ObjectReader.Read(System.Text.Encoding.UTF8.GetBytes(manifest.ToJsonString(Wire)), Json.TypeInfo<ClaudeDeployment>()).Spec;
        var plan = RolloutPlanFactory.Create(spec);
        foreach (var gate in spec.Gates?.Live ?? []) GateFactory.Live(gate);
        foreach (var gate in spec.Gates?.Evals ?? []) GateFactory.Offline(gate);
        var weights = plan.Steps.Where(s => s.Weight is not null).Select(s => s.Weight!.Value).ToList();
        if (weights.Any(w => w is < 1 or > 10_000)) return "a weight is out of range: " + string.Join(",", weights);
        if (!weights.SequenceEqual(weights.Order().Distinct())) return "weights do not increase: " + string.Join(",", weights);
        if (plan.Gates.Select(g => g.Name).Distinct().Count() != plan.Gates.Length) return "gates share a name";
        if (plan.ProgressDeadline <= TimeSpan.Zero) return "the deadline is not positive";
        if (plan.Steps.Any(s => s.Hold < TimeSpan.Zero)) return "a hold is negative";
        if (string.IsNullOrWhiteSpace(spec.Model) || string.IsNullOrWhiteSpace(spec.Prompt.Name) || string.IsNullOrWhiteSpace(spec.Prompt.Version)) return "a name is empty";
        return null;
    }

    private static Dictionary<string, StructuralSchema> Schemas() =>
        Directory.EnumerateFiles(Repository.PathOf("config", "crd"), "claudeops.dev_*.yaml")
            .Select(f => KubernetesYaml.ParseObject(File.ReadAllText(f)))
            .ToDictionary(
                d => (string)d["spec"]!["names"]!["kind"]!,
                d => StructuralSchema.Parse(d["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!.AsObject()));
}
