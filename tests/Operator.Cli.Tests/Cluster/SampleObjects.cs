namespace Operator.Cli.Tests.Cluster;

/// <summary>An organization with a rollout under way, as the operator would have written it.</summary>
internal static class SampleObjects
{
    public const string Canary = "bbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbb";

    public const string Rejected = "ccccccccccaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbb";

    public const string Yaml = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: support}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: triage-v14, namespace: support, labels: {claudeops.dev/prompt: triage, claudeops.dev/prompt-version: v14}}
        data: {system: You sort tickets.}
        ---
        apiVersion: claudeops.dev/v1alpha1
        kind: ClaudeQuota
        metadata: {name: organization, namespace: support}
        spec: {tier: Scale, spend: {monthly: 500, daily: 40}}
        status:
          usage:
          - group: sonnet
            requests: {capacity: 4000, used: 1200, utilisation1m: 30%}
            inputTokens: {capacity: 4000000, used: 3600000, utilisation1m: 90%}
          throttle: {state: Pressed, cause: input tokens of sonnet are used to 90%}
          spend: {today: "12.5", thisMonth: "310.25"}
        ---
        apiVersion: claudeops.dev/v1alpha1
        kind: ClaudeQuota
        metadata: {name: tools, namespace: support}
        spec: {parentRef: {name: organization}, share: {guarantee: 40%, borrowing: 30%}}
        status:
          usage:
          - group: sonnet
            requests: {capacity: 1600, used: 900, borrowed: 100, utilisation1m: 56%}
          throttle: {state: Clear}
          spend: {today: "3", thisMonth: "41.7"}
        ---
        apiVersion: claudeops.dev/v1alpha1
        kind: ClaudeDeployment
        metadata: {name: triage, namespace: support}
        spec:
          model: claude-sonnet-5-5
          prompt: {name: triage, version: v15}
          quotaRef: {name: tools}
        status:
          observedGeneration: 1
          phase: Progressing
          message: step 2 of 3 holds until 12:30
          stable: {revision: aaaaaaaaaaaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbb, model: claude-sonnet-5-5, promptVersion: v14}
          canary: {revision: bbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbb, model: claude-sonnet-5-5, promptVersion: v15}
          weight: {desired: 10%, acknowledged: 10%, observed: 9.6%}
          step: {index: 1, of: 3}
          gateSummary: 1/2
          gates:
          - {name: golden, verdict: Pass, message: 49 of 50 cases passed}
          - {name: errorRate, verdict: Continue, message: 120 of 200 requests}
          limiters: {total: 3, current: 3}
          diff: ["prompt.version: v14 -> v15"]
          rejectedRevisions:
          - {revision: ccccccccccaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbb, reason: golden, message: 40 of 50 cases passed, at: "2026-11-20T10:00:00Z"}
          conditions:
          - {type: Ready, status: "False", reason: Progressing, message: rolling out, lastTransitionTime: "2026-11-20T11:00:00Z"}
        ---
        apiVersion: claudeops.dev/v1alpha1
        kind: ClaudeDeployment
        metadata: {name: release-notes, namespace: support}
        spec:
          model: claude-haiku-5-5
          prompt: {name: triage, version: v14}
          quotaRef: {name: tools}
        status:
          observedGeneration: 1
          phase: RolledBack
          message: "v7 was rolled back: latencyP95 was 22s, at most 18s are allowed, measured on 412 requests"
          stable: {revision: ddddddddddaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbb, model: claude-haiku-5-5, promptVersion: v6}
          gateSummary: 0/1
          limiters: {total: 2, current: 2}
          conditions:
          - {type: Stalled, status: "True", reason: RolledBack, message: rolled back, lastTransitionTime: "2026-11-20T11:00:00Z"}
        ---
        apiVersion: claudeops.dev/v1alpha1
        kind: ClaudeEvalRun
        metadata: {name: triage-golden-bbbbbbbbbb-0, namespace: support}
        spec: {deploymentRef: {name: triage}, revision: bbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbb, gate: golden}
        status: {phase: Completed, verdict: Pass, passed: 49, total: 50, passRate: 98%, message: 49 of 50 cases passed}
        """;
}
