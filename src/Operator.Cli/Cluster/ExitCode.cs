namespace Operator.Cli.Cluster;

/// <summary>What a command ends with, for scripts.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>It ended, but not well: a rollout was rolled back, a manifest has errors.</summary>
    public const int Failed = 1;

    /// <summary>Wrong arguments.</summary>
    public const int Usage = 2;

    /// <summary>The cluster cannot be reached, or refuses.</summary>
    public const int Cluster = 3;

    /// <summary>An eval gave no result, which says nothing of what was evaluated.</summary>
    public const int NoResult = 3;

    /// <summary>There is nothing of that name.</summary>
    public const int NotFound = 4;

    /// <summary>It did not happen in time.</summary>
    public const int TimedOut = 5;
}

/// <summary>Ends a command with a message for people.</summary>
internal sealed class CliException : Exception
{
    /// <param name="code">What the command ends with.</param>
    /// <param name="message">What is wrong and what to do.</param>
    public CliException(int code, string message)
        : base(message) => Code = code;

    /// <summary>What the command ends with.</summary>
    public int Code { get; }
}
