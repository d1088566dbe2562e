using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Operator.MockClaude;
using Operator.Testing;

namespace Operator.Cli.Tests.Readme;

/// <summary>Another terminal: a shell in this repository with a kubeconfig, the machine's kubectl, and <c>kubectl claude</c> as it was built.</summary>
/// <param name="kubeconfig">The kubeconfig.</param>
/// <param name="claude">The API that evals of this terminal ask.</param>
internal sealed class Terminal(string kubeconfig, Uri claude) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("readme-");

    /// <summary>Whether this machine has what a terminal needs.</summary>
    public static bool IsPresent { get; } =
        File.Exists("/bin/sh") && (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(d => File.Exists(Path.Combine(d, "kubectl")));

    /// <summary>Runs a line; what it writes on both streams comes in one order, as a reader sees it.</summary>
    /// <param name="line">What is typed.</param>
    /// <param name="enough">What ends a command that does not end by itself, by all that it wrote; null to wait for its end. It then counts as done.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<(int Code, string Output)> RunAsync(string line, Func<string, bool>? enough, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        using var process = Process.Start(Start(line))!;
        var output = new StringBuilder();
        try
        {
            while (await process.StandardOutput.ReadLineAsync(deadline.Token) is { } row)
            {
                output.Append(row).Append('\n');
                if (enough?.Invoke(output.ToString()) == true) return (0, output.ToString());
            }
            await process.WaitForExitAsync(deadline.Token);
            return (process.ExitCode, output.ToString());
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"'{line}' did not end in {Patience.TotalMinutes} minutes, and wrote:\n{output}");
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Puts a file into the home of the terminal.</summary>
    public void Write(string name, string text) => File.WriteAllText(Path.Combine(_home.FullName, name), text);

    public void Dispose() => _home.Delete(recursive: true);

    private ProcessStartInfo Start(string line)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec 2>&1; " + line])
        {
            RedirectStandardOutput = true, RedirectStandardInput = true, WorkingDirectory = Repository.Root,
        };
        var environment = start.Environment;
        environment["PATH"] = AppContext.BaseDirectory + Path.PathSeparator + environment["PATH"];
        environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        environment["KUBECONFIG"] = kubeconfig;
        environment["HOME"] = _home.FullName;
        environment["KUBECACHEDIR"] = Path.Combine(_home.FullName, "cache");
        environment["ANTHROPIC_BASE_URL"] = claude.AbsoluteUri;
        environment["ANTHROPIC_API_KEY"] = MockClaudeOptions.DefaultKey;
        environment["NO_PROXY"] = "127.0.0.1,localhost";
        return start;
    }
}
