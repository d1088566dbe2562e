using System.CommandLine;

namespace Operator.Cli.Local;

/// <summary>Runs cluster, operator, limiters and a mock of the API on this machine.</summary>
internal static class LocalCommand
{
    public static Command Create() => new("local", "Runs a cluster with operator, limiters and a mock of the Claude API on this machine.");
}
