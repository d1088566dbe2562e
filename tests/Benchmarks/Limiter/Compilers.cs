using System.Globalization;

namespace Benchmarks.Limiter;

/// <summary>How long the compilers of some processes work, as their threads' names and times in <c>/proc</c> tell.</summary>
/// <param name="processes">The processes; those without such a thread count as at rest.</param>
internal sealed class Compilers(IReadOnlyList<int> processes)
{
    private const string Thread = ".NET Tiered";
    private readonly Dictionary<string, double> _seen = [];

    /// <summary>Milliseconds that they worked since the last look. A thread that rests for seconds ends; what it did last is not seen.</summary>
    public double Look()
    {
        var spent = 0.0;
        foreach (var thread in processes.SelectMany(p => Directory.GetDirectories($"/proc/{p}/task")))
        {
            try
            {
                if (!File.ReadAllText(Path.Combine(thread, "comm")).StartsWith(Thread, StringComparison.Ordinal)) continue;
                var now = long.Parse(File.ReadAllText(Path.Combine(thread, "schedstat")).Split(' ')[0], CultureInfo.InvariantCulture) / 1e6;
                spent += now - _seen.GetValueOrDefault(thread);
                _seen[thread] = now;
            }
            catch (IOException)
            {
                // It has just ended.
            }
        }
        return spent;
    }
}
