using Operator.Conformance.Kubectl;
using Operator.Conformance.Replay;

namespace Operator.Conformance.Verdicts;

/// <summary>A case that a target answers differently from the record, on purpose; what it must answer instead is still checked.</summary>
public sealed record KnownDifference(string Target, string Suite, int Number, string Reason)
{
    /// <summary>The case makes no sense on the target.</summary>
    public bool NotRun { get; init; }

    /// <summary>What kubectl prints instead.</summary>
    public KubectlResult? Instead { get; init; }

    public TextMode Mode { get; init; }

    /// <summary>Text that must be printed in any case.</summary>
    public IReadOnlyList<string> MustPrint { get; init; } = [];

    /// <summary>Commands that take away what the server may or may not have made by itself.</summary>
    public IReadOnlyList<string[]> Before { get; init; } = [];

    /// <summary>Commands that bring the state back to what the next recorded case starts from.</summary>
    public IReadOnlyList<string[]> Repair { get; init; } = [];
}

/// <summary>Everything that differs on purpose, and why.</summary>
public static class KnownDifferences
{
    private const string Cel = "CEL rules (x-kubernetes-validations) are not evaluated by the local cluster";
    private const string Served = "the local cluster serves the kinds that operators and their users need, not all of Kubernetes";
    private const string OwnEvent = "the recorded server had written an event about itself, which no other server does";
    private const string Shared = "a shared cluster holds objects of its own";
    private const string Controllers = "a cluster with controllers acts on the object";

    public static IReadOnlyList<KnownDifference> All { get; } =
    [
        new("local", "kubectl", 2, Served)
        {
            Mode = TextMode.LiveWithinRecord,
            MustPrint =
            [
                "configmaps ", "events ", "namespaces ", "pods ", "secrets ", "serviceaccounts ", "customresourcedefinitions ", "deployments ",
                "mutatingwebhookconfigurations ", "validatingwebhookconfigurations ", "tokenreviews ", "selfsubjectaccessreviews ", "jobs ", "leases ",
            ],
        },
        new("local", "kubectl", 3, Served)
        {
            Mode = TextMode.LiveWithinRecord,
            MustPrint =
            [
                "admissionregistration.k8s.io/v1\n", "apiextensions.k8s.io/v1\n", "apps/v1\n", "authentication.k8s.io/v1\n",
                "authorization.k8s.io/v1\n", "batch/v1\n", "coordination.k8s.io/v1\n", "events.k8s.io/v1\n", "v1\n",
            ],
        },
        new("local", "kubectl", 57, Cel)
        {
            Instead = new KubectlResult(0, "widget.example.com/bad created\n", ""),
            Repair = [["delete", "widget", "bad"]],
        },
        new("local", "wire", 57, Cel) { NotRun = true },
        new("local", "kubectl", 85, OwnEvent) { Instead = new KubectlResult(0, "", "No resources found in default namespace.\n") },
        new("envtest", "kubectl", 85, OwnEvent)
        {
            Before = [["delete", "events", "--all"]],
            Instead = new KubectlResult(0, "", "No resources found in default namespace.\n"),
        },
        new("kubeconfig", "kubectl", 2, Shared) { Mode = TextMode.RecordWithinLive },
        new("kubeconfig", "kubectl", 3, Shared) { Mode = TextMode.RecordWithinLive },
        new("kubeconfig", "kubectl", 8, Shared) { Mode = TextMode.RecordWithinLive },
        new("kubeconfig", "kubectl", 67, Shared) { NotRun = true },
        new("kubeconfig", "kubectl", 73, Shared) { Mode = TextMode.RecordWithinLive },
        new("kubeconfig", "kubectl", 79, Controllers) { NotRun = true },
        new("kubeconfig", "kubectl", 80, Controllers) { NotRun = true },
        new("kubeconfig", "kubectl", 82, Shared) { Mode = TextMode.RecordWithinLive },
        new("kubeconfig", "kubectl", 84, "the user is the kubeconfig's own") { NotRun = true },
        new("kubeconfig", "kubectl", 85, Shared) { NotRun = true },
        .. new[] { 6, 8, 67, 73, 82, 85 }.Select(n => new KnownDifference("kubeconfig", "wire", n, Shared) { NotRun = true }),
        .. new[] { 77, 78, 79, 80 }.Select(n => new KnownDifference("kubeconfig", "wire", n, Controllers) { NotRun = true }),
        new("kubeconfig", "wire", 84, "the user is the kubeconfig's own") { NotRun = true },
    ];

    public static KnownDifference? Find(string target, string suite, int number) =>
        All.FirstOrDefault(d => d.Target == target && d.Suite == suite && d.Number == number);
}
