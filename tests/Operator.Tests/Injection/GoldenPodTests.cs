using System.Text.Json.Nodes;
using Operator.Injection;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Serialization;
using Operator.Tests.Manifests;

namespace Operator.Tests.Injection;

/// <summary>Injected pods in full. <c>UPDATE_GOLDEN=1</c> writes the files anew; read the difference before you commit it.</summary>
public sealed class GoldenPodTests
{
    private const string UpdateVariable = "UPDATE_GOLDEN";

    public static TheoryData<string> Names => ["single", "several-deployments", "job", "telemetry"];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_injected_pod_is_what_the_record_shows(string name)
    {
        var fixture = InjectionFixture.Usual();
        var pod = InjectionFixture.LabelledPod();
        switch (name)
        {
            case "several-deployments":
                fixture.AddQuota(InjectionFixture.Namespace, "bulk", secret: "bulk-key");
                fixture.Deployments.Add(InjectionFixture.Deployment("summaries"));
                fixture.Deployments.Add(InjectionFixture.Deployment("archive", quota: "bulk"));
                pod.Spec.InitContainers = [new V1Container { Name = "prepare", Image = "registry.example/prepare:1" }];
                pod.Spec.Volumes = [new V1Volume { Name = "data", EmptyDir = new V1EmptyDirVolumeSource() }];
                break;
            case "job":
                // What the Job controller makes of an eval's template.
                pod.Metadata = new V1ObjectMeta
                {
                    GenerateName = "triage-golden-0123456789-0-", NamespaceProperty = InjectionFixture.Namespace, Labels = pod.Metadata.Labels,
                    Annotations = new Dictionary<string, string> { [Operator.Api.InjectionMarks.Deployments] = "triage" },
                    OwnerReferences = [new V1OwnerReference { ApiVersion = "batch/v1", Kind = "Job", Name = "triage-golden-0123456789-0", Uid = "u", Controller = true }],
                };
                pod.Spec.RestartPolicy = "Never";
                break;
            case "telemetry":
                fixture.Options.Telemetry = new LimiterTelemetry
                {
                    Endpoint = "http://$(NODE_IP):4317", Metrics = false, Sampling = 0.05, Attributes = [new("k8s.cluster.name", "prod-1"), new("cell", "blue")],
                };
                break;
        }

        var actual = YamlText.Write((JsonNode)KubernetesJson.BuiltIn.ToNode(fixture.Inject(pod).Pod!));
        var path = Path.Combine(ConfigFolder.Path, "..", "tests", "Operator.Tests", "Injection", "Golden", name + ".yaml");
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
        }

        Assert.Equal(File.ReadAllText(path), actual);
    }
}
