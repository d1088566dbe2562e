namespace Operator.Runtime.Tests.Properties;

public class RuntimePropertyTests
{
    private const int Sequences = 1_000;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Informers_and_reconciles_end_at_the_truth(int quarter)
    {
        for (var seed = quarter * Sequences / 4; seed < (quarter + 1) * Sequences / 4; seed++)
            Assert.Empty(await RunAsync(seed, ReflectorMutant.None));
    }

    [Theory]
    [InlineData(nameof(ReflectorMutant.NoDeleteOnRelist))]
    [InlineData(nameof(ReflectorMutant.VersionNotAdvanced))]
    public async Task A_broken_reflector_is_caught(string mutant)
    {
        for (var seed = 0; seed < 50; seed++)
        {
            if ((await RunAsync(seed, Enum.Parse<ReflectorMutant>(mutant))).Count > 0) return;
        }
        Assert.Fail($"50 sequences did not notice the mutant {mutant}");
    }

    [Fact]
    public async Task A_sequence_runs_the_same_way_twice()
    {
        // What a failing seed reports must be what a second run shows.
        var first = await RunAsync(7, ReflectorMutant.VersionNotAdvanced);
        Assert.Equal(first, await RunAsync(7, ReflectorMutant.VersionNotAdvanced));
    }

    private static async Task<IReadOnlyList<string>> RunAsync(int seed, ReflectorMutant mutant)
    {
        await using var cluster = new FakeFaultyCluster();
        return await new RuntimeProperty(cluster, seed, mutant).RunAsync(steps: 80);
    }
}
