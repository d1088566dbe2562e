using System.CommandLine;
using System.Reflection;

namespace Operator.Cli.Version;

/// <summary>Says which version of the command this is.</summary>
internal static class VersionCommand
{
    public static Command Create()
    {
        var command = new Command("version", "Prints the version of kubectl-claude.");
        command.SetAction(parsed => parsed.InvocationConfiguration.Output.WriteLine(
            Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion));
        return command;
    }
}
