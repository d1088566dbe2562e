using System.Globalization;
using Operator.Quotas.Allocation;

namespace Benchmarks.Fairness;

/// <summary>
/// The course of <see cref="FairnessBenchmark"/> in virtual time, some seconds long and the same on every machine, for several seeds: what
/// the ledger's leases and the limiters' gates themselves keep and use, without the noise of processes. The leader ends, and
/// nobody leads for two minutes. LIMITERS sets how many limiters there are, SEED the first seed.
/// </summary>
internal static class VirtualFairnessBenchmark
{
    private const int Seeds = 8;

    private sealed record Course(double First, double Used, double Worst, double WorstFrom, double WorstAlone, double Alone, double Fresh, double Expired, double Fallbacks);

    public static async Task<IReadOnlyList<Figure>> RunAsync(TextWriter output)
    {
        var limiters = Setting("LIMITERS", 20);
        var first = Setting("SEED", 20261121);
        var figures = new List<Figure>();
        foreach (var tier in Tier.All)
        {
            var courses = new List<Course>();
            for (var seed = 0; seed < Seeds; seed++)
            {
                var course = Run(tier, limiters, first + (seed * 100));
                courses.Add(course);
                await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                    $"{tier.Name}, seed {seed}: used {course.Used:0.0} %, worst 60 s {course.Worst:0.0} % from {course.WorstFrom:0.0} s, with nobody leading {course.Alone:0.0} %"));
            }
            figures.Add(Figure.Shown($"{tier.Name}: utilisation of the first minute, mean", courses.Average(c => c.First), "%"));
            figures.Add(Figure.AtLeast($"{tier.Name}: utilisation under 1.5x skewed load, mean", courses.Average(c => c.Used), "%", 97));
            figures.Add(Figure.AtMost($"{tier.Name}: worst 60 s under 1.5x skewed load, with a new leader too", courses.Max(c => c.Worst), "% of limit", tier.Bar));
            figures.Add(Figure.AtLeast($"{tier.Name}: utilisation steady, nobody leads for 120 s, mean", courses.Average(c => c.Alone), "%", 83));
            figures.Add(Figure.Shown($"{tier.Name}: fresh leases, mean", courses.Average(c => c.Fresh), "%"));
            figures.Add(Figure.Shown($"{tier.Name}: expired leases, mean", courses.Average(c => c.Expired), "%"));
            figures.Add(Figure.Shown($"{tier.Name}: fallbacks, mean", courses.Average(c => c.Fallbacks), "%"));
            figures.Add(Figure.AtMost($"{tier.Name}: worst 60 s while nobody leads and after", courses.Max(c => c.WorstAlone), "% of limit", tier.Bar));
        }
        return figures;
    }

    private static int Setting(string name, int usual) =>
        Environment.GetEnvironmentVariable(name) is { } value ? int.Parse(value, CultureInfo.InvariantCulture) : usual;

    private static Course Run(Tier tier, int limiters, int seed)
    {
        const double o = VirtualFleet.LoadBegins;
        using var fleet = new VirtualFleet(tier, limiters, seed, o + 660, new AllocationOptions { Safety = 0.01 });
        for (var minute = 1; minute <= 4; minute++)
        {
            fleet.RunUntil(o + (minute * 60));
            fleet.Reshuffle();
        }
        fleet.RunUntil(o + 300);
        fleet.NobodyLeads();
        fleet.RunUntil(o + 302);
        fleet.Lead();
        fleet.RunUntil(o + 360);
        fleet.Factor = 0.97;
        fleet.RunUntil(o + 480);
        fleet.NobodyLeads();
        fleet.RunUntil(o + 600);
        fleet.Lead();
        fleet.RunUntil(o + 660);
        double Used(double from, double to) => fleet.Counted.Utilisation(o + from, o + to) * 100;
        var worst = fleet.Counted.Worst(0, o + 360);
        return new Course(
            Used(0, 60), Used(60, 240), worst.Share * 100, worst.From - o, fleet.Counted.WorstWindow(o + 360, o + 660) * 100,
            Used(480, 600), Used(480, 510), Used(510, 540), Used(540, 600));
    }
}
