using Operator.Testing;

namespace Operator.Tests.Manifests;

/// <summary>The folder config/ of the source tree.</summary>
internal static class ConfigFolder
{
    public static string Path { get; } = Repository.PathOf("config");
}
