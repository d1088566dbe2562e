using System.Text;

namespace Operator.LocalCluster.Discovery;

/// <summary>The answer of <c>/version</c>.</summary>
internal static class VersionDocument
{
    /// <summary>The document, in the format of the release whose rules this server follows.</summary>
    public static ReadOnlyMemory<byte> Json { get; } = Encoding.UTF8.GetBytes("""
        {
          "major": "1",
          "minor": "36",
          "emulationMajor": "1",
          "emulationMinor": "36",
          "minCompatibilityMajor": "1",
          "minCompatibilityMinor": "35",
          "gitVersion": "v1.36.0",
          "gitCommit": "",
          "gitTreeState": "",
          "buildDate": "1970-01-01T00:00:00Z",
          "goVersion": "",
          "compiler": "",
          "platform": "linux/amd64"
        }
        """);
}
