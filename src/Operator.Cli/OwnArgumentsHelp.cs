using System.CommandLine;
using System.CommandLine.Invocation;

namespace Operator.Cli;

/// <summary>Help without the arguments of the commands above: <c>eval run</c> is asked for as such, not as <c>eval NAME run</c>.</summary>
/// <param name="help">What writes the help.</param>
internal sealed class OwnArgumentsHelp(SynchronousCommandLineAction help) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => help.ClearsParseErrors;

    /// <inheritdoc/>
    public override bool Terminating => help.Terminating;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        // Only while the help is written: what was parsed stays parsed.
        var above = parseResult.CommandResult.Command.Parents.OfType<Command>().SelectMany(c => c.Arguments).Where(a => !a.Hidden).ToList();
        foreach (var argument in above) argument.Hidden = true;
        try
        {
            return help.Invoke(parseResult);
        }
        finally
        {
            foreach (var argument in above) argument.Hidden = false;
        }
    }
}
