using System.Collections.ObjectModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Benchmarks.Limiter;

/// <summary>A proxy in processes of its own.</summary>
internal sealed class Proxy : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);
    private readonly Process _process;
    private readonly string _folder;

    private Proxy(string name, Process process, Uri address, Uri ready, string folder, TimeSpan started) =>
        (Name, _process, Address, Ready, _folder, Started) = (name, process, address, ready, folder, started);

    public string Name { get; }

    /// <summary>Of the process.</summary>
    public int Id => _process.Id;

    public Uri Address { get; }

    /// <summary>What a request says beside what every app says.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; private init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>What answers once it is ready.</summary>
    public Uri Ready { get; }

    /// <summary>From the start of the process to its first answer.</summary>
    public TimeSpan Started { get; }

    /// <summary>CPU time of the process and its children, in seconds.</summary>
    public double CpuSeconds => Tree().Sum(p =>
    {
        using var process = Process.GetProcessById(p);
        return process.TotalProcessorTime.TotalSeconds;
    });

    /// <summary>Resident memory of the process and its children, in megabytes.</summary>
    public double Megabytes => Tree().Sum(p => File.ReadLines($"/proc/{p}/status").Where(l => l.StartsWith("VmRSS:", StringComparison.Ordinal))
        .Select(l => long.Parse(l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)).FirstOrDefault() / 1024.0);

    /// <summary>Starts a proxy and waits for its first answer.</summary>
    /// <param name="name">As it is called in figures.</param>
    /// <param name="start">The program.</param>
    /// <param name="address">Where it will listen.</param>
    /// <param name="ready">What answers with success once it is ready; <c>/</c> with any answer.</param>
    /// <param name="folder">Of this process alone; removed at its end.</param>
    /// <param name="line">Told of each line of its output; null for nobody.</param>
    /// <param name="headers">What a request to it says beside what every app says.</param>
    /// <exception cref="InvalidOperationException">It ended, or did not answer in time. Nothing of it is left.</exception>
    public static async Task<Proxy> StartAsync(
        string name, ProcessStartInfo start, Uri address, string ready, string folder, Action<string>? line = null, IReadOnlyDictionary<string, string>? headers = null)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        var began = Stopwatch.GetTimestamp();
        var process = Process.Start(start)!;
        // A full pipe would stop the process, whoever reads it.
        var error = "";
        process.ErrorDataReceived += (_, e) => error = e.Data is { Length: > 0 } text ? text : error;
        if (line is null)
        {
            // Lines that nobody reads are not worth the time of those who send: this process plays the apps.
            _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        }
        else
        {
            process.OutputDataReceived += (_, e) => line(e.Data ?? "");
            process.BeginOutputReadLine();
        }
        process.BeginErrorReadLine();
        using var http = new HttpClient { Timeout = StartLimit };
        while (!process.HasExited && Stopwatch.GetElapsedTime(began) < StartLimit)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri(address, ready));
                if (answer.IsSuccessStatusCode || ready == "/")
                    return new Proxy(name, process, address, new Uri(address, ready), folder, Stopwatch.GetElapsedTime(began)) { Headers = headers ?? ReadOnlyDictionary<string, string>.Empty };
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                // Not yet; the loop ends with the process or with the time.
            }
            await Task.Delay(2);
        }
        var what = process.HasExited ? "ended" : $"did not answer within {StartLimit.TotalSeconds} s";
        End(process, folder);
        throw new InvalidOperationException($"{name} {what}: {error}");
    }

    /// <summary>Where a program of this machine is; null where it is not.</summary>
    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Select(f => Path.Combine(f, name)).FirstOrDefault(File.Exists);

    /// <summary>A port of loopback that nobody listens on.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public void Dispose() => End(_process, _folder);

    private static void End(Process process, string folder)
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private IEnumerable<int> Tree() => Directory.GetDirectories("/proc").Select(d => int.TryParse(Path.GetFileName(d), out var id) ? id : 0).Where(id => id == _process.Id || Parent(id) == _process.Id);

    private static int Parent(int id)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{id}/stat");
            return int.Parse(text[(text.LastIndexOf(')') + 4)..].Split(' ')[0], CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or ArgumentOutOfRangeException)
        {
            return 0;
        }
    }
}
