namespace Operator.EndToEnd.Harness;

/// <summary>The manifests that scenarios apply.</summary>
public static class Manifests
{
    public const string Space = "shop";
    public const string Model = "claude-sonnet-5-5";

    /// <summary>Two steps and a promotion, one external eval gate, two live gates.</summary>
    public const string Steps = "{weight: 1, hold: 20s, minRequests: 5}, {weight: 10, hold: 30s, minRequests: 50}";

    public static string Namespace(string name = Space) => $"{{apiVersion: v1, kind: Namespace, metadata: {{name: {name}}}}}\n";

    public static string Quota(string name = "support", string @namespace = Space, string more = "", long requests = 4000) =>
        $$"""
        ---
        apiVersion: claudeops.dev/v1alpha1
        kind: ClaudeQuota
        metadata: {name: {{name}}, namespace: {{@namespace}}}
        spec:
          limits:
          - {models: [{{Model}}], requestsPerMinute: {{requests}}, inputTokensPerMinute: 4000000, outputTokensPerMinute: 800000}
          {{more}}

        """;

    public static string Prompt(string version, string? text = null, string? name = null, string @namespace = Space) =>
        $$"""
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: {{name ?? "triage-" + version}}
          namespace: {{@namespace}}
          labels: {claudeops.dev/prompt: ticket-triage, claudeops.dev/prompt-version: {{version}}}
        data: {system: "{{text ?? $"You triage tickets ({version})."}}"}

        """;

    public static string Deployment(
        string version, string? steps = Steps, string evals = "{name: ci, external: {}, passRate: 90%}",
        string live = "{metric: errorRate, maxIncrease: 1%}, {metric: latencyP95, max: 18s}", string more = "progressDeadline: 30m",
        string quota = "support", string model = Model, string name = "triage", string @namespace = Space) =>
        $$"""
        ---
        apiVersion: claudeops.dev/v1alpha1
        kind: ClaudeDeployment
        metadata: {name: {{name}}, namespace: {{@namespace}}}
        spec:
          model: {{model}}
          prompt: {name: ticket-triage, version: {{version}}}
          quotaRef: {name: {{quota}}}
          {{(steps is null ? "" : $"canary: {{steps: [{steps}]}}")}}
          gates: {evals: [{{evals}}], live: [{{live}}]}
          {{more}}

        """;
}
