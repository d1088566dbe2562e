using System.Diagnostics;
using System.Text;

namespace Operator.EndToEnd.Harness;

/// <summary>What a command printed and how it ended.</summary>
public sealed record KubectlResult(string Command, int Exit, string Stdout, string Stderr)
{
    /// <summary>The output of a command that succeeded.</summary>
    public string Must() => Exit == 0 ? Stdout : throw new InvalidOperationException($"$ {Command}\nended with {Exit}\n{Stdout}{Stderr}");
}

/// <summary>The machine's own kubectl, with a home, a cache and a kubeconfig of its own.</summary>
/// <param name="passing">Lets time pass until it is disposed: commands wait for what happens in the cluster.</param>
public sealed class Kubectl(string kubeconfig, Func<IDisposable> passing) : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);
    private readonly DirectoryInfo _folder = Folder(kubeconfig);

    /// <summary>Whether the machine has one.</summary>
    public static bool IsPresent { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(d => File.Exists(Path.Combine(d, "kubectl")));

    public Task<KubectlResult> RunAsync(params string[] arguments) => RunAsync(null, arguments);

    /// <exception cref="TimeoutException">The command did not end in time; it was ended.</exception>
    public async Task<KubectlResult> RunAsync(string? input, string[] arguments)
    {
        using var time = passing();
        using var process = Start(arguments);
        if (input is not null) await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        using var deadline = new CancellationTokenSource(Limit);
        var command = "kubectl " + string.Join(' ', arguments);
        try
        {
            var stdout = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var stderr = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            return new KubectlResult(command, process.ExitCode, await stdout, await stderr);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{command} did not end within {Limit.TotalSeconds} s.");
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    /// <summary>Starts a command that does not end by itself.</summary>
    public KubectlWatch Watch(params string[] arguments)
    {
        var process = Start(arguments);
        process.StandardInput.Close();
        return new KubectlWatch(process);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static DirectoryInfo Folder(string kubeconfig)
    {
        var folder = Directory.CreateTempSubdirectory("kubectl-");
        File.WriteAllText(Path.Combine(folder.FullName, "config"), kubeconfig);
        return folder;
    }

    private Process Start(string[] arguments)
    {
        var start = new ProcessStartInfo("kubectl")
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["KUBECONFIG"] = Path.Combine(_folder.FullName, "config");
        start.Environment["HOME"] = _folder.FullName;
        start.Environment["KUBECACHEDIR"] = Path.Combine(_folder.FullName, "cache");
        start.Environment["TZ"] = "UTC";
        start.Environment["LC_ALL"] = "C";
        start.Environment["NO_PROXY"] = "127.0.0.1,localhost";
        return Process.Start(start) ?? throw new InvalidOperationException("kubectl did not start.");
    }
}

/// <summary>A command under way: its lines so far.</summary>
public sealed class KubectlWatch : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _text = new();
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal KubectlWatch(Process process)
    {
        _process = process;
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null) return;
            lock (_text) _text.AppendLine(line.Data);
            _first.TrySetResult();
        };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>What it printed so far.</summary>
    public string Text
    {
        get { lock (_text) return _text.ToString(); }
    }

    /// <summary>Completes with the first line.</summary>
    public Task FirstLine => _first.Task.WaitAsync(TimeSpan.FromSeconds(60));

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
