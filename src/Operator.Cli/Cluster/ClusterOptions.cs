using System.CommandLine;

namespace Operator.Cli.Cluster;

/// <summary>The usual flags of kubectl.</summary>
internal static class ClusterOptions
{
    public static Option<string?> Namespace { get; } = new("--namespace", "-n") { Description = "The namespace; by default that of the context." };

    public static Option<bool> AllNamespaces { get; } = new("--all-namespaces", "-A") { Description = "All namespaces." };

    public static Option<string?> Context { get; } = new("--context") { Description = "The context of the kubeconfig." };

    public static Option<string?> Kubeconfig { get; } = new("--kubeconfig") { Description = "The kubeconfig; by default KUBECONFIG, then ~/.kube/config." };

    /// <summary>Adds the flags that every command with a cluster has.</summary>
    public static Command WithCluster(this Command command, bool all = false)
    {
        command.Add(Namespace);
        command.Add(Context);
        command.Add(Kubeconfig);
        if (all) command.Add(AllNamespaces);
        return command;
    }

    /// <summary>A result as an object.</summary>
    public static Option<string?> Output(params string[] formats)
    {
        var output = new Option<string?>("--output", "-o") { Description = $"{string.Join(", ", formats[..^1])} or {formats[^1]}." };
        output.AcceptOnlyFromAmong(formats);
        return output;
    }

    /// <summary>Runs an action with a session and turns what goes wrong into a message and an exit code.</summary>
    public static void Run(this Command command, Func<ParseResult, ClusterSession, CancellationToken, Task<int>> action) =>
        command.SetAction((parsed, cancellation) => RunAsync(parsed, action, cancellation));

    /// <summary>Runs an action with a session and turns what goes wrong into a message and an exit code.</summary>
    public static async Task<int> RunAsync(ParseResult parsed, Func<ParseResult, ClusterSession, CancellationToken, Task<int>> action, CancellationToken cancellation)
    {
        ClusterSession? session = null;
        try
        {
            session = await ClusterSession.OpenAsync(parsed, cancellation);
            return await action(parsed, session, cancellation);
        }
        catch (Exception problem) when (ClusterErrors.Explain(problem) is not null && !cancellation.IsCancellationRequested)
        {
            var (code, message) = ClusterErrors.Explain(problem)!.Value;
            if (session is not null && ClusterErrors.IsKindMissing(problem)) message = await session.MissingAsync(cancellation) ?? message;
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"error: {message}");
            return code;
        }
        finally
        {
            session?.Dispose();
        }
    }
}
