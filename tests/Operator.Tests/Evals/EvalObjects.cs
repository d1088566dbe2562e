using System.Text.Json;
using Operator.Api;
using Operator.Contract;
using Operator.Evals.Runs;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Serialization;
using Operator.Rollouts;

namespace Operator.Tests.Evals;

/// <summary>Objects that tests of evals are made of.</summary>
internal static class EvalObjects
{
    public const string Namespace = "team";
    public const string Name = "triage";
    public static readonly KubernetesJson Json = new(ApiJsonContext.Default);
    public static readonly RevisionConfiguration Candidate = Revision("new prompt", "v2");
    public static readonly RevisionConfiguration Stable = Revision("old prompt", "v1");

    public static RevisionConfiguration Revision(string prompt, string version)
    {
        var content = new RevisionConfiguration
        {
            Revision = "",
            Model = "claude-sonnet-5-5",
            PromptName = "ticket-triage",
            PromptVersion = version,
            PromptDigest = CanonicalJson.Digest(prompt),
            SystemPrompt = prompt,
        };
        return content with { Revision = Operator.Rollouts.Revisions.RevisionContent.Id(content) };
    }

    public static EvalGate SuiteGate(string name = "golden", string? passRate = "80%", string? maxRegression = null) => new()
    {
        Name = name,
        Suite = new SuiteSource { ConfigMap = "triage-evals" },
        PassRate = passRate is null ? null : new Percent(passRate),
        MaxRegression = maxRegression is null ? null : new Percent(maxRegression),
    };

    public static ClaudeDeployment Deployment(params EvalGate[] gates) => new()
    {
        ApiVersion = "claudeops.dev/v1alpha1",
        Kind = "ClaudeDeployment",
        Metadata = new V1ObjectMeta { Name = Name, NamespaceProperty = Namespace, Uid = "uid-1" },
        Spec = new ClaudeDeploymentSpec
        {
            Model = "claude-sonnet-5-5",
            Prompt = new PromptReference { Name = "ticket-triage", Version = "v2" },
            QuotaRef = new QuotaReference { Name = "tools" },
            Gates = new GatesSpec { Evals = gates },
        },
    };

    public static ClaudeEvalRun Run(ClaudeDeployment deployment, string gate, string revision, int? attempt = 0, string? name = null)
    {
        var run = EvalRuns.Render(
            deployment, name ?? Operator.Evals.EvalRunName.Of(deployment.Metadata.Name!, gate, revision, attempt ?? 0), revision, gate, attempt, new string('d', 64));
        run.Metadata.Uid = "run-" + run.Metadata.Name;
        return run;
    }

    public static ClaudeEvalRun Completed(this ClaudeEvalRun run, Verdict verdict, string? caseResults = null, int passed = 1, int total = 1, DateTimeOffset? at = null)
    {
        run.Status = new ClaudeEvalRunStatus
        {
            Phase = EvalPhase.Completed, Verdict = verdict, Message = verdict.ToString(), CaseResults = caseResults, Passed = passed, Total = total,
            SuiteDigest = run.Spec.SuiteDigest, CompletedAt = at,
        };
        return run;
    }

    /// <summary>A readable text of an object for comparison with a file.</summary>
    public static string Text<T>(T value)
    {
        using var document = JsonDocument.Parse(Json.Serialize(value));
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true })) document.WriteTo(writer);
        return System.Text.Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }
}
