using System.Text.Json.Nodes;
using Operator.Kubernetes.Yaml;

namespace Operator.EndToEnd.Mutations;

/// <summary>Manifests that use every field once; spoiling starts from them.</summary>
internal static class SoundManifests
{
    public static IReadOnlyList<JsonObject> All { get; } = [.. KubernetesYaml.Parse(Text).Select(d => d.AsObject())];

    private const string Text =
        """
        apiVersion: claudeops.dev/v1alpha1
        kind: ClaudeDeployment
        metadata: {name: full, namespace: shop, labels: {team: support}}
        spec:
          model: claude-sonnet-5-5
          prompt: {name: ticket-triage, version: v1, delivery: Inject}
          parameters: {maxTokens: 900, effort: medium}
          quotaRef: {name: support}
          lane: interactive
          fallback: [{model: claude-haiku-5-5}]
          workloadSelector: {matchLabels: {app: triage}}
          canary:
            steps:
            - {weight: 1, hold: 5m, minRequests: 200}
            - {weight: 10%, hold: 15m}
            - {pause: {duration: 1h}}
            - {weight: 50, hold: 15m}
            stickyBy: Conversation
          gates:
            evals:
            - {name: golden, suite: {configMap: triage-evals}, passRate: 95%, maxRegression: 2%, confidence: 95%, slices: {worst: 85%}}
            - {name: in-house, http: {url: "https://evals.internal/triage", timeout: 10m}, passRate: 90%}
            - {name: nightly, job: {fromCronJob: triage-eval}, at: 50%}
            - {name: ci, external: {}}
            live:
            - {metric: errorRate, maxIncrease: 1%, proof: NoHarm}
            - {metric: latencyP95, max: 18s}
            - {metric: costPerRequest, maxIncrease: 20%}
            - {metric: cacheHitRatio, min: 55%, warmup: 5m}
          rollback: {onFailure: Automatic, window: {revisions: 3, maxAge: 24h}}
          progressDeadline: 2h
        ---
        apiVersion: claudeops.dev/v1alpha1
        kind: ClaudeDeployment
        metadata: {name: short, namespace: shop}
        spec:
          model: claude-haiku-5-5
          prompt: {name: ticket-triage, version: v1}
          quotaRef: {name: support}
          canary: {percentage: 10}
          gates: {live: [{metric: errorRate, maxIncrease: 1%}]}
        ---
        apiVersion: claudeops.dev/v1alpha1
        kind: ClaudeQuota
        metadata: {name: organization, namespace: shop}
        spec:
          tier: Scale
          allowedNamespaces: [support, sales]
          limits:
          - {models: [claude-sonnet-5-5], requestsPerMinute: 4000, inputTokensPerMinute: 4000000, outputTokensPerMinute: 800000}
          lanes: {interactive: {reserve: 50%}, bulk: {max: 30%, window: "20:00-06:00 Europe/Berlin"}}
          spend: {monthly: 500, daily: 40, currency: USD, alertAt: [50, 80, 95], onExhausted: ShedBulk}
          perUser: {requestsPerMinute: 60, dailySpend: 2, action: Throttle}
          credentialsRef: {secretName: claude-api-key, key: api-key}
          source: Declared
        ---
        apiVersion: claudeops.dev/v1alpha1
        kind: ClaudeQuota
        metadata: {name: child, namespace: shop}
        spec:
          parentRef: {name: organization, namespace: shop}
          share: {guarantee: 40%, borrowing: 30%, weight: 2}
        ---
        apiVersion: claudeops.dev/v1alpha1
        kind: ClaudeEvalRun
        metadata: {name: run, namespace: shop}
        spec:
          deploymentRef: {name: full}
          revision: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
          gate: ci
          suiteDigest: fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210
          attempt: 0
          result: {passed: 190, total: 200, slices: [{name: billing, passed: 90, total: 100}], report: "https://ci.example.com/1"}
        """;
}
