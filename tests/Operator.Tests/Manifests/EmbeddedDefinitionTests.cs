using Operator.Api;
using Xunit;

namespace Operator.Tests.Manifests;

public sealed class EmbeddedDefinitionTests
{
    [Fact]
    public void The_embedded_definitions_are_those_of_the_folder() => Assert.Equal(
        GeneratedManifests.All.Where(f => f.Key.StartsWith("crd/claudeops", StringComparison.Ordinal)).Select(f => f.Value),
        ResourceDefinitions.Yaml);

    [Fact]
    public void They_are_read_as_documents() => Assert.Equal(
        ["claudedeployments.claudeops.dev", "claudeevalruns.claudeops.dev", "claudequotas.claudeops.dev"],
        ResourceDefinitions.Documents().Select(d => d["metadata"]!["name"]!.GetValue<string>()));
}
