using System.Globalization;
using System.Text.RegularExpressions;

namespace Benchmarks.Soak;

/// <summary>What a limiter's metrics say of its calls.</summary>
/// <param name="Received">Calls that arrived.</param>
/// <param name="Ended">Calls that ended, by the labels of their end.</param>
/// <param name="Retries">Attempts beyond the first.</param>
/// <param name="Tokens">Input, cache and output tokens that were counted.</param>
internal sealed partial record LimiterCounts(long Received, IReadOnlyDictionary<string, long> Ended, long Retries, (long Input, long Output) Tokens)
{
    /// <summary>Reads them.</summary>
    public static async Task<LimiterCounts> ReadAsync(Uri metrics)
    {
        using var http = new HttpClient();
        var samples = Sample().Matches(await http.GetStringAsync(metrics)).Select(m => (
            Name: m.Groups[1].Value, Labels: m.Groups[2].Value, Value: (long)double.Parse(m.Groups[3].Value, CultureInfo.InvariantCulture))).ToList();
        long Sum(string name) => samples.Where(s => s.Name == "claude_limiter_" + name).Sum(s => s.Value);
        return new LimiterCounts(
            Sum("requests_received_total"),
            samples.Where(s => s.Name == "claude_limiter_requests_total").ToDictionary(s => s.Labels, s => s.Value, StringComparer.Ordinal),
            Sum("retries_total"),
            (Sum("revision_input_tokens_total") + Sum("revision_cache_write_tokens_total") + Sum("revision_cache_read_tokens_total"), Sum("revision_output_tokens_total")));
    }

    [GeneratedRegex(@"^([a-z_]+)(?:\{(.*)\})? ([0-9.eE+-]+)$", RegexOptions.Multiline)]
    private static partial Regex Sample();
}
