using Benchmarks.Limiter.Peers;
using Benchmarks.Limiter.Peers.Portkey;

namespace Benchmarks.Limiter;

/// <summary>
/// The limiter beside plain proxies and beside an LLM gateway, on the same upstream in the same run, each in processes of its own. The
/// rounds are short and alternate, so that a busy moment of the machine meets all of them; figures are medians of rounds. All speak
/// HTTP/1.1 to the upstream, as the others can; the memory of open streams is held against its bar with the API's own HTTP/2 under TLS.
/// Bars: section 7 of the design.
/// </summary>
internal static class LimiterBenchmark
{
    public const int LightRate = 100;
    public const int Rate = 1_000;
    public const int StreamRate = 250;
    public const int Streams = 1_000;
    private const int Rounds = 11;
    private const int RoundsOfOptional = 5;
    private const int MostSettling = 8;

    /// <summary>Milliseconds that all compilers take for a round of settling at most.</summary>
    private const double AtRest = 25;

    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    /// <summary>Of a steady rate: the hundredth part of its requests must be more than the machine's own few stalls in a second.</summary>
    private static readonly TimeSpan SteadyRound = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan LeadIn = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Of a steady rate after a rest: a limiter that rested gave the memory between two collections back, and takes it again, page by page,
    /// with its first 2 000 requests.
    /// </summary>
    private static readonly TimeSpan SteadyLeadIn = TimeSpan.FromSeconds(2.5);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan StreamsLimit = TimeSpan.FromSeconds(40);

    public static async Task<IReadOnlyList<Figure>> RunAsync(TextWriter output)
    {
        using var upstream = await UpstreamProcess.StartAsync();
        var port = upstream.Port;
        var proxies = new List<Proxy>();
        try
        {
            if (await Nginx.StartAsync(port) is { } nginx) proxies.Add(nginx);
            if (await Haproxy.StartAsync(port) is { } haproxy) proxies.Add(haproxy);
            var (gateway, reason) = await PortkeyGateway.StartAsync(port);
            if (gateway is not null) proxies.Add(gateway);
            else await output.WriteLineAsync($"{PortkeyGateway.Name} is not compared: {reason}");
            var limiter = await OwnLimiter.StartAsync(port);
            proxies.Add(limiter);
            await Task.Delay(2_000);
            var memory = proxies.ToDictionary(p => p.Name, p => new Memory(p.Megabytes, null));
            List<Target> targets = [new("direct", new Uri($"http://127.0.0.1:{port}"), null), .. proxies.Select(p => new Target(p.Name, p.Address, p))];
            var results = await MeasureAsync(targets, new Compilers([Environment.ProcessId, upstream.Id, .. proxies.Select(p => p.Id)]), output);
            foreach (var target in targets.Where(t => t.Proxy is not null && results.ContainsKey(t.Name)))
                memory[target.Name] = memory[target.Name] with { Open = await OpenStreamsAsync(target, output) };
            var api = await OwnLimiter.StartAsync(upstream.Secure, upstream.Certificate);
            proxies.Add(api);
            using (var load = new Load(api.Address)) await WarmUpAsync(load);
            var open = await OpenStreamsAsync(new Target(api.Name, api.Address, api), output);
            return LimiterFigures.Of(results, memory, limiter.Started, open!.Value);
        }
        finally
        {
            foreach (var proxy in proxies) proxy.Dispose();
        }
    }

    /// <summary>
    /// The rounds of the targets that answered to the end. Those that are only shown come after the others: one that does not keep up leaves
    /// work behind, which would meet whoever is measured next.
    /// </summary>
    private static async Task<Dictionary<string, IReadOnlyList<Measured>>> MeasureAsync(List<Target> targets, Compilers compilers, TextWriter output)
    {
        var results = await MeasureAsync(targets.FindAll(t => !t.IsOptional), Rounds, compilers, output);
        foreach (var (name, measured) in await MeasureAsync(targets.FindAll(t => t.IsOptional), RoundsOfOptional, null, output)) results.Add(name, measured);
        return results;
    }

    private static async Task<Dictionary<string, IReadOnlyList<Measured>>> MeasureAsync(List<Target> targets, int count, Compilers? compilers, TextWriter output)
    {
        var loads = targets.ToDictionary(t => t.Name, t => t.Load());
        var rounds = targets.ToDictionary(t => t.Name, _ => new List<Measured>());
        for (var round = 0; round <= count; round++)
        {
            foreach (var target in targets.Where(t => rounds.ContainsKey(t.Name)))
            {
                try
                {
                    if (round == 0)
                    {
                        await WarmUpAsync(loads[target.Name]);
                        continue;
                    }
                    var measured = await RoundAsync(loads[target.Name], target.Proxy);
                    rounds[target.Name].Add(measured);
                    await output.WriteLineAsync($"round {round} {target.Name,-8} {measured}");
                    if (measured.Reached < 0.95 * Rate || measured.StreamReached < 0.95 * StreamRate)
                        await output.WriteLineAsync($"  {target.Name} does not keep up with {Rate}/s and {StreamRate}/s: its times are those of a queue that grows, cut {Patience.TotalSeconds} s after the last request");
                }
                catch (Exception e) when (target.IsOptional && IsRefusal(e))
                {
                    rounds.Remove(target.Name);
                    await output.WriteLineAsync($"{target.Name} is no longer compared: {e.Message}");
                }
            }
            if (round == 0 && compilers is not null) await SettleAsync([.. loads.Values], compilers, output);
        }
        foreach (var load in loads.Values) load.Dispose();
        return rounds.ToDictionary(r => r.Key, IReadOnlyList<Measured> (r) => r.Value);
    }

    /// <summary>Long enough for what compiles while it runs: sidecars live for days.</summary>
    private static async Task WarmUpAsync(Load load)
    {
        await load.ClosedAsync(32, TimeSpan.FromSeconds(6), stream: false);
        await load.ClosedAsync(32, TimeSpan.FromSeconds(4), stream: true);
    }

    /// <summary>
    /// Asks at the rates that are measured until the compilers have next to nothing to do: one that works for milliseconds keeps everything
    /// else from a core.
    /// </summary>
    private static async Task SettleAsync(IReadOnlyList<Load> loads, Compilers compilers, TextWriter output)
    {
        compilers.Look();
        var (round, spent) = (0, double.MaxValue);
        for (; round < MostSettling && spent > AtRest; round++)
        {
            foreach (var load in loads)
            {
                await load.OpenAsync(Rate, LeadIn, Settling, stream: false, Patience);
                await load.OpenAsync(StreamRate, LeadIn, Settling, stream: true, Patience);
                await load.ClosedAsync(32, Settling, stream: false);
            }
            spent = compilers.Look();
        }
        await output.WriteLineAsync($"{round} rounds, which are not measured, have warmed the processes up; in the last, their compilers took {spent:0} ms");
    }

    private static async Task<Measured> RoundAsync(Load load, Proxy? proxy)
    {
        var light = await load.OpenAsync(LightRate, LeadIn, Round, stream: false, Patience);
        var plain = await load.OpenAsync(Rate, SteadyLeadIn, SteadyRound, stream: false, Patience);
        var stream = await load.OpenAsync(StreamRate, LeadIn, SteadyRound, stream: true, Patience);
        var (before, done) = (proxy?.CpuSeconds ?? 0, await load.ClosedAsync(32, Round, stream: false));
        var used = (proxy?.CpuSeconds ?? 0) - before;
        return new(
            light.At(0.5), plain.At(0.5), plain.At(0.99), stream.At(0.5), stream.At(0.99), plain.PerSecond, stream.PerSecond, done / Round.TotalSeconds, used > 0 ? done / used : 0);
    }

    /// <summary>Megabytes while streams are open; null when an optional target does not carry them.</summary>
    private static async Task<double?> OpenStreamsAsync(Target target, TextWriter output)
    {
        using var load = new Load(target.Address, target.Proxy!.Headers);
        using var limit = new CancellationTokenSource(StreamsLimit);
        var streams = Task.WhenAll(load.Hold(Streams, 8, limit.Token));
        await Task.Delay(6_000);
        var megabytes = target.Proxy.Megabytes;
        try
        {
            await streams;
            return megabytes;
        }
        catch (Exception e) when (target.IsOptional && IsRefusal(e))
        {
            await output.WriteLineAsync($"{target.Name} does not carry {Streams} open streams: {e.Message}");
            return null;
        }
    }

    private static bool IsRefusal(Exception e) => e is InvalidOperationException or HttpRequestException or OperationCanceledException;
}
