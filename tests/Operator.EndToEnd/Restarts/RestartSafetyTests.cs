using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Operator.EndToEnd.Harness;

namespace Operator.EndToEnd.Restarts;

/// <summary>
/// The operator dies before and after every one of its writes, and loses the answer of every one: each time the scenario must end in
/// the state in which it ends undisturbed, by the same sequence of weights.
/// </summary>
public class RestartSafetyTests(ITestOutputHelper output)
{
    private const int Parallel = 3;

    /// <summary>How often a point is tried: two observations may meet in one write of the status, which then has one less before it.</summary>
    private const int Attempts = 3;

    public static IEnumerable<TheoryDataRow<string>> Scenarios => RestartScenario.Selected.Select(s => new TheoryDataRow<string>(s.Name));

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Every_point_leads_to_the_same_end_by_the_same_weights(string name)
    {
        var scenario = RestartScenario.Selected.Single(s => s.Name == name);
        var clock = Stopwatch.StartNew();
        var undisturbed = await RestartOutcome.OfAsync(scenario, null);
        var points = Points(undisturbed.Writes).ToList();
        var wrong = new ConcurrentQueue<string>();
        var missed = new ConcurrentQueue<RestartPoint>();
        var reached = 0;
        await System.Threading.Tasks.Parallel.ForEachAsync(points, new ParallelOptions { MaxDegreeOfParallelism = Parallel }, async (point, _) =>
        {
            try
            {
                var outcome = await RestartOutcome.OfAsync(scenario, point);
                for (var again = 1; !outcome.Reached && again < Attempts; again++) outcome = await RestartOutcome.OfAsync(scenario, point);
                if (!outcome.Reached) missed.Enqueue(point);
                else Interlocked.Increment(ref reached);
                if (outcome.Reached && point.Fate != WriteFate.LoseResponse && outcome.Starts != 2) wrong.Enqueue($"{point}: {outcome.Starts} starts");
                if (!outcome.Weights.SequenceEqual(undisturbed.Weights))
                    wrong.Enqueue($"{point}: {string.Join(" -> ", outcome.Weights)} instead of {string.Join(" -> ", undisturbed.Weights)}");
                if (outcome.End != undisturbed.End) wrong.Enqueue($"{point}:\n{outcome.End}\ninstead of\n{undisturbed.End}");
            }
            catch (Exception error)
            {
                wrong.Enqueue($"{point}: {error.Message}");
            }
        });
        int Around(WriteClass kind) => points.Count(p => p.Write.Class == kind);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {reached} of {points.Count} points ({Around(WriteClass.State)} around state writes, {Around(WriteClass.Event)} around events, {Around(WriteClass.Lease)} around the lease), {wrong.Count} wrong, {clock.Elapsed.TotalSeconds:0} s"));
        foreach (var line in wrong) output.WriteLine(line);
        Assert.True(missed.IsEmpty, "Not reached: " + string.Join("; ", missed.Take(20)));
        Assert.Empty(wrong);
    }

    private static IEnumerable<RestartPoint> Points(IReadOnlyList<OperatorWrite> writes) =>
        from write in writes
        from fate in new[] { WriteFate.KillBefore, WriteFate.KillAfter, WriteFate.LoseResponse }
        select new RestartPoint(write, fate);
}
