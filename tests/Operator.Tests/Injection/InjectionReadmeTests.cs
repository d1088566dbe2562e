using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Operator.Injection;
using Operator.Kubernetes.Serialization;
using Operator.Tests.Manifests;

namespace Operator.Tests.Injection;

public sealed partial class InjectionReadmeTests
{
    /// <summary>What people write by hand must be what the operator would write.</summary>
    [Fact]
    public void The_sidecar_that_the_guide_shows_is_the_one_that_is_injected()
    {
        var fixture = InjectionFixture.Usual();
        (fixture.Options.Image, fixture.Options.OperatorAddress) = ("registry.example/claude-limiter:0.1.0", new Uri("https://claude-operator-limiters.team-a.svc"));
        var result = PodInjection.Inject(
            InjectionFixture.Pod((Operator.Api.Labels.Inject, "true")), fixture.Options, InjectionFixture.Namespace, fixture.Deployments, key => fixture.Quotas.GetValueOrDefault(key));
        var pod = KubernetesJson.BuiltIn.ToNode(result.Pod!);
        var labels = pod["metadata"]!["labels"]!.DeepClone().AsObject();
        foreach (var name in labels.Select(l => l.Key).Where(k => !k.StartsWith("claudeops.dev/", StringComparison.Ordinal)).ToList()) labels.Remove(name);
        var shown = YamlText.Write(new JsonObject
        {
            ["metadata"] = new JsonObject { ["labels"] = labels },
            ["spec"] = new JsonObject { ["initContainers"] = pod["spec"]!["initContainers"]!.DeepClone(), ["volumes"] = pod["spec"]!["volumes"]!.DeepClone() },
        });

        var path = Path.GetFullPath(Path.Combine(ConfigFolder.Path, "..", "src", "Operator", "Injection", "README.md"));
        var text = File.ReadAllText(path).ReplaceLineEndings("\n");
        var block = Block().Match(text).Groups["yaml"];
        if (Environment.GetEnvironmentVariable(GeneratedManifests.UpdateVariable) == "1") File.WriteAllText(path, text[..block.Index] + shown + text[(block.Index + block.Length)..]);
        else Assert.Equal(shown, block.Value);
    }

    [GeneratedRegex("```yaml\n(?<yaml>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
