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
                // Numbers of requests are written once a minute, so runs differ in how many writes they have.
                if (!outcome.Reached) outcome = await RestartOutcome.OfAsync(scenario, point);
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
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {reached} of {points.Count} points ({points.Count(p => p.Class == WriteClass.State)} around state writes, {points.Count(p => p.Class == WriteClass.Event)} around events), {missed.Count} beyond the end of their runs, {wrong.Count} wrong, {clock.Elapsed.TotalSeconds:0} s"));
        foreach (var line in wrong) output.WriteLine(line);
        // A run that ends before a point has no such point: that can only be among the last.
        Assert.DoesNotContain(missed, p => p.Index <= undisturbed.Writes.Count(w => w.Class == p.Class) / 2);
        Assert.Empty(wrong);
    }

    private static IEnumerable<RestartPoint> Points(IReadOnlyList<OperatorWrite> writes) =>
        from kind in new[] { WriteClass.State, WriteClass.Event }
        from index in Enumerable.Range(1, writes.Count(w => w.Class == kind))
        from fate in new[] { WriteFate.KillBefore, WriteFate.KillAfter, WriteFate.LoseResponse }
        where kind == WriteClass.State || fate != WriteFate.LoseResponse
        select new RestartPoint(kind, index, fate);
}
