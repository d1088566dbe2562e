using System.Diagnostics;

namespace Operator.Testing.Clusters;

/// <summary>A server that runs as a child process: its log goes to a bounded memory, and disposing ends this very process.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const int KeptLines = 60;
    private readonly Queue<string> _log = new();
    private readonly Process _process;

    public ServerProcess(string executable, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(executable)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        // A test host that ends early must not leave the server behind.
        AppDomain.CurrentDomain.ProcessExit += OnExit;
    }

    public bool HasExited => _process.HasExited;

    /// <summary>The last lines that it wrote.</summary>
    public string Log
    {
        get { lock (_log) return string.Join('\n', _log); }
    }

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        Kill();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await _process.WaitForExitAsync(deadline.Token);
        _process.Dispose();
    }

    private void OnExit(object? sender, EventArgs e) => Kill();

    private void Kill()
    {
        if (!_process.HasExited) _process.Kill();
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        lock (_log)
        {
            _log.Enqueue(line);
            if (_log.Count > KeptLines) _log.Dequeue();
        }
    }
}
