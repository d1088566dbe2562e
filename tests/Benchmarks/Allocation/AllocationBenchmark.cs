using System.Diagnostics;
using System.Globalization;

namespace Benchmarks.Allocation;

/// <summary>How well one limit is used and kept by leases, beside three other ways on the same streams of requests.</summary>
internal static class AllocationBenchmark
{
    private const double WarmUp = 60;
    private const double Step = 0.05;
    private const double Patience = 20;

    private sealed record Outcome(double Utilisation, double Worst, double Refused, IStrategy Strategy, Upstream Upstream);

    public static async Task<IReadOnlyList<Figure>> RunAsync(TextWriter output)
    {
        var figures = new List<Figure>();
        var clock = Stopwatch.StartNew();
        await output.WriteLineAsync($"{"scenario",-44} {"strategy",-22} {"use",7} {"worst 60 s",10} {"refused",8}");
        foreach (var (tier, limits, bar) in new[] { ("Scale", Scenario.Scale, 100.5), ("Start", Scenario.Start, 102.0) })
        {
            foreach (var limiters in new[] { 40, 200 })
            {
                foreach (var load in new[] { 1.5, 0.97 })
                {
                    var scenario = new Scenario { Name = Invariant($"{tier}, {limiters} limiters, load {load}"), Limits = limits, Limiters = limiters, Load = load };
                    var leases = Compare(output, scenario);
                    if (load > 1)
                    {
                        figures.Add(limiters == 40
                            ? Figure.AtLeast($"utilisation, {scenario.Name}", leases.Utilisation * 100, "%", 97)
                            : Figure.Shown($"utilisation, {scenario.Name}", leases.Utilisation * 100, "%"));
                    }
                    figures.Add(Figure.AtMost($"worst 60 s, {scenario.Name}", leases.Worst * 100, "% of limit", bar));
                    figures.Add(Figure.AtMost($"leases and residual, {scenario.Name}", ((LeaseStrategy)leases.Strategy).WorstSum, "of capacity", 1 + 1e-9));
                }
            }
            Outages(output, figures, tier, limits, bar);
        }
        figures.Add(Figure.AtMost("run time", clock.Elapsed.TotalSeconds, "s", 180));
        return figures;
    }

    private static void Outages(TextWriter output, List<Figure> figures, string tier, Operator.Quotas.ResourceVector limits, double bar)
    {
        foreach (var load in new[] { 1.5, 0.97 })
        {
            var dead = new Scenario { Name = Invariant($"{tier}, operator dead 120 s, steady {load}"), Limits = limits, Load = load, Reshuffles = false, Outage = (240, 360) };
            var outcome = Compare(output, dead);
            var use = outcome.Upstream.Utilisation(240, 360) * 100;
            output.WriteLine(Invariant($"{"",-44} while it is dead: {use:0.0} % (fresh leases {outcome.Upstream.Utilisation(240, 270) * 100:0.0} %, expired {outcome.Upstream.Utilisation(270, 300) * 100:0.0} %, fallbacks {outcome.Upstream.Utilisation(300, 360) * 100:0.0} %)"));
            // Above the limit the queues hide how little Start's buckets hold of a single request: shown, not barred.
            figures.Add(load < 1
                ? Figure.AtLeast($"utilisation while dead, {dead.Name}", use, "%", 83)
                : Figure.Shown($"utilisation while dead, {dead.Name}", use, "%"));
            figures.Add(Figure.AtMost($"worst 60 s, {dead.Name}", outcome.Worst * 100, "% of limit", bar));
        }
        var lossy = new Scenario { Name = $"{tier}, 10 % of messages lost", Limits = limits, Loss = 0.1 };
        var failover = new Scenario { Name = $"{tier}, failover after 17 s", Limits = limits, Loss = 0.02, Outage = (240, 257) };
        foreach (var scenario in new[] { lossy, failover })
        {
            var outcome = Compare(output, scenario);
            figures.Add(Figure.AtMost($"worst 60 s, {scenario.Name}", outcome.Worst * 100, "% of limit", bar));
            figures.Add(Figure.AtMost($"leases and residual, {scenario.Name}", ((LeaseStrategy)outcome.Strategy).WorstSum, "of capacity", 1 + 1e-9));
            figures.Add(Figure.Shown($"utilisation, {scenario.Name}", outcome.Utilisation * 100, "%"));
        }
    }

    /// <summary>Runs every strategy on the scenario's stream and prints a row for each.</summary>
    private static Outcome Compare(TextWriter output, Scenario scenario)
    {
        var arrivals = Arrivals.Generate(scenario);
        var leases = Simulate(scenario, arrivals, l => new LeaseStrategy(scenario, l));
        Print(output, scenario.Name, leases);
        Print(output, "", Simulate(scenario, arrivals, l => new StaticSplit(scenario, l)));
        Print(output, "", Simulate(scenario, arrivals, l => new ProportionalLease(scenario, l)));
        Print(output, "", Simulate(scenario, arrivals, l => new CountAfterTheFact(scenario, l)));
        return leases;
    }

    private static Outcome Simulate(Scenario scenario, List<Arrival> arrivals, Func<SimulatedLimiter[], IStrategy> make)
    {
        var upstream = new Upstream(scenario);
        SimulatedLimiter[] limiters = [.. Enumerable.Range(0, scenario.Limiters).Select(i => new SimulatedLimiter(i, upstream, Patience))];
        var strategy = make(limiters);
        var next = 0;
        var ticks = (int)(scenario.Seconds / Step);
        for (var tick = 1; tick <= ticks; tick++)
        {
            var now = tick * Step;
            while (next < arrivals.Count && arrivals[next].At <= now)
            {
                limiters[arrivals[next].Limiter].Offer(arrivals[next]);
                next++;
            }
            strategy.Tick(now);
        }
        return new Outcome(
            upstream.Utilisation(WarmUp, scenario.Seconds),
            upstream.WorstWindow(WarmUp, scenario.Seconds),
            (double)limiters.Sum(l => l.Refused) / arrivals.Count,
            strategy,
            upstream);
    }

    private static void Print(TextWriter output, string scenario, Outcome outcome) =>
        output.WriteLine(Invariant($"{scenario,-44} {outcome.Strategy.Name,-22} {outcome.Utilisation * 100,6:0.0}% {outcome.Worst * 100,9:0.0}% {outcome.Refused * 100,7:0.0}%"));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
