using System.Globalization;

namespace Operator.Runtime.Tests.Properties;

/// <summary>
/// The same property through HTTP, TLS and the fault hooks of the local cluster. A sequence takes seconds here, so a run of the suite
/// plays some; <c>RUNTIME_SEQUENCES</c> asks for more: a count, or seeds such as <c>500..749</c>.
/// </summary>
public class LocalClusterPropertyTests
{
    private const int AtTheSameTime = 6;

    private static IEnumerable<int> Seeds
    {
        get
        {
            var asked = Environment.GetEnvironmentVariable("RUNTIME_SEQUENCES") ?? "12";
            if (asked.Split("..") is not [var first, var last]) return Enumerable.Range(0, int.Parse(asked, CultureInfo.InvariantCulture));
            var from = int.Parse(first, CultureInfo.InvariantCulture);
            return Enumerable.Range(from, int.Parse(last, CultureInfo.InvariantCulture) - from + 1);
        }
    }

    [Fact]
    public async Task Informers_and_reconciles_end_at_the_truth_of_a_real_server()
    {
        var differences = new List<string>();
        await Parallel.ForEachAsync(
            Seeds,
            new ParallelOptions { MaxDegreeOfParallelism = AtTheSameTime },
            async (seed, _) =>
            {
                var found = await RunAsync(seed, ReflectorMutant.None);
                lock (differences) differences.AddRange(found);
            });
        Assert.Empty(differences);
    }

    [Theory]
    [InlineData(nameof(ReflectorMutant.NoDeleteOnRelist))]
    [InlineData(nameof(ReflectorMutant.VersionNotAdvanced))]
    public async Task A_broken_reflector_is_caught_on_a_real_server(string mutant)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            if ((await RunAsync(seed, Enum.Parse<ReflectorMutant>(mutant))).Count > 0) return;
        }
        Assert.Fail($"20 sequences did not notice the mutant {mutant}");
    }

    private static async Task<IReadOnlyList<string>> RunAsync(int seed, ReflectorMutant mutant)
    {
        await using var cluster = await LocalFaultyCluster.StartAsync();
        using var thread = new SingleThread();
        return await thread.RunAsync(() => new RuntimeProperty(cluster, seed, mutant).RunAsync(steps: 80));
    }
}
