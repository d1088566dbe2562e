using System.Diagnostics;
using System.Globalization;

namespace Benchmarks;

/// <summary>A second process of this program that speaks in lines: a word and numbers. It ends with its input.</summary>
internal sealed class Child : IDisposable
{
    private readonly Process _process;

    private Child(Process process) => _process = process;

    /// <summary>CPU time that it has used.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Its resident memory, in MB.</summary>
    public double Rss
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1e6;
        }
    }

    public static Child Start(string mode, params IReadOnlyList<string> arguments) => Start(mode, new Dictionary<string, string>(), arguments);

    /// <summary>Starts a process with variables of its own.</summary>
    public static Child Start(string mode, IReadOnlyDictionary<string, string> variables, params IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false,
        };
        // Under `dotnet Benchmarks.dll` the process is the host and the program its first argument.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet") start.ArgumentList.Add(typeof(Child).Assembly.Location);
        start.ArgumentList.Add(mode);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in variables) start.Environment[name] = value;
        return new Child(Process.Start(start) ?? throw new InvalidOperationException($"The {mode} process did not start."));
    }

    /// <summary>Waits for a word and answers its numbers; other lines are passed on.</summary>
    public async Task<double[]> ExpectAsync(string word, TimeSpan patience)
    {
        using var deadline = new CancellationTokenSource(patience);
        while (await _process.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
        {
            var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length > 0 && parts[0] == word)
                return [.. parts.Skip(1).Select(p => double.Parse(p, CultureInfo.InvariantCulture))];
            Console.WriteLine(line);
        }
        throw new InvalidOperationException($"The process ended (exit code {(_process.WaitForExit(5_000) ? _process.ExitCode : -1)}) before it said '{word}'.");
    }

    public async Task TellAsync(string word)
    {
        await _process.StandardInput.WriteLineAsync(word);
        await _process.StandardInput.FlushAsync();
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(10_000)) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
