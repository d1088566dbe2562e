using System.Diagnostics;
using System.Text;
using Operator.Conformance.Replay;

namespace Operator.Conformance.Kubectl;

/// <summary>What a command printed and how it ended.</summary>
public sealed record KubectlResult(int Exit, string Stdout, string Stderr);

/// <summary>The machine's own kubectl, in a folder of its own: home, cache, kubeconfig and the manifests.</summary>
public sealed class KubectlProgram : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kubectl-");

    public KubectlProgram(string kubeconfig)
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "config"), kubeconfig);
        CopyFiles(GoldenRecords.Files, Path.Combine(_folder.FullName, "files"));
    }

    /// <exception cref="TimeoutException">The command did not end in time; it was ended.</exception>
    public async Task<KubectlResult> RunAsync(IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        using var process = Start(arguments);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Limit);
        try
        {
            var stdout = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var stderr = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            return new KubectlResult(process.ExitCode, await stdout, await stderr);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"kubectl {string.Join(' ', process.StartInfo.ArgumentList)} did not end within {Limit.TotalSeconds} s.");
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    /// <summary>
    /// Runs a command that never ends by itself: after each printed row it takes the next step, and after the last row it is ended.
    /// </summary>
    public async Task<KubectlResult> WatchAsync(
        IEnumerable<string> arguments, IReadOnlyList<Func<Task>> stepsAfterRows, CancellationToken cancellationToken)
    {
        using var process = Start(arguments);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Limit);
        var text = new StringBuilder();
        var stderr = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            // The first line is the header of the table.
            for (var row = -1; row < stepsAfterRows.Count; row++)
            {
                if (await process.StandardOutput.ReadLineAsync(deadline.Token) is not { } line) break;
                text.Append(line).Append('\n');
                if (row >= 0) await stepsAfterRows[row]();
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            text.Append("(no further row within ").Append(Limit.TotalSeconds).Append(" s)\n");
        }
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync(cancellationToken);
        return new KubectlResult(process.ExitCode, text.ToString(), await stderr);
    }

    /// <summary>Removes the answers that earlier commands kept.</summary>
    public void ForgetCache()
    {
        var cache = Path.Combine(_folder.FullName, "cache");
        if (Directory.Exists(cache)) Directory.Delete(cache, recursive: true);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private Process Start(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("kubectl")
        {
            WorkingDirectory = Path.Combine(_folder.FullName, "files"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["KUBECONFIG"] = Path.Combine(_folder.FullName, "config");
        start.Environment["HOME"] = _folder.FullName;
        start.Environment["KUBECACHEDIR"] = Path.Combine(_folder.FullName, "cache");
        start.Environment["TMPDIR"] = _folder.FullName;
        // What the recorded edit did to the object's text.
        start.Environment["KUBE_EDITOR"] = "sed -i s/hello/goodbye/";
        start.Environment["TZ"] = "UTC";
        start.Environment["LC_ALL"] = "C";
        start.Environment["NO_PROXY"] = "127.0.0.1,localhost";
        var process = Process.Start(start) ?? throw new InvalidOperationException("kubectl did not start.");
        process.StandardInput.Close();
        return process;
    }

    private static void CopyFiles(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        foreach (var folder in Directory.EnumerateDirectories(from)) CopyFiles(folder, Path.Combine(to, Path.GetFileName(folder)));
    }
}
