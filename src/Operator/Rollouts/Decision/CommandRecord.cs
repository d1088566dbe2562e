namespace Operator.Rollouts;

/// <summary>Which commands still have to be acted on.</summary>
internal static class CommandRecord
{
    /// <summary>Forgets the commands whose annotations are gone or changed: they may be given again.</summary>
    public static RolloutState Forget(RolloutState state, RolloutObservation seen) =>
        state with
        {
            Commands = [.. state.Commands.Where(c => seen.Commands.TryGetValue(c.Command, out var value) && value == c.Value)],
        };

    /// <summary>Whether a command stands for a revision and was not acted on.</summary>
    public static bool IsPending(RolloutState state, RolloutObservation seen, string command, string revision) =>
        seen.Commands.TryGetValue(command, out var value)
        && Names(value, revision)
        && !state.Commands.Any(c => c.Command == command && c.Value == value);

    /// <summary>
    /// Counts every command that could not be acted on as done with: a command speaks of the moment at which it was given, so a
    /// retry must not wait for a failure to come.
    /// </summary>
    public static void IgnoreRest(RolloutTurn turn)
    {
        foreach (var (command, value) in turn.Seen.Commands.OrderBy(c => c.Key, StringComparer.Ordinal))
        {
            if (turn.State.Commands.Any(c => c.Command == command && c.Value == value)) continue;
            turn.State = turn.State with { Commands = turn.State.Commands.Add(new ActedCommand(command, value, turn.Now)) };
            turn.Happened("CommandIgnored", $"{command}={value}: nothing to {command} for this revision now", warning: true, subject: $"{command}={value}");
        }
    }

    /// <summary>Whether a command's value names a revision: by at least its first ten digits, with an optional suffix after a slash.</summary>
    public static bool Names(string value, string revision)
    {
        var slash = value.IndexOf('/', StringComparison.Ordinal);
        var named = (slash < 0 ? value : value[..slash]).Trim();
        return named.Length >= 10 && revision.StartsWith(named, StringComparison.OrdinalIgnoreCase);
    }
}
