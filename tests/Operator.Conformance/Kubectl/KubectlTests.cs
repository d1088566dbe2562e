using Operator.Conformance.Replay;
using Operator.Conformance.Verdicts;
using Operator.Testing;

namespace Operator.Conformance.Kubectl;

public class KubectlTests(ConformanceRun run)
{
    public static IEnumerable<TheoryDataRow<string, int>> Rows => ConformanceCase.Rows(GoldenRecords.Commands);

    [Theory]
    [MemberData(nameof(Rows))]
    public Task Kubectl_prints_what_it_printed_before_a_real_server(string target, int index)
    {
        var command = GoldenRecords.Commands[index];
        var cluster = ConformanceCase.Target(target);
        return ConformanceCase.JudgeAsync(
            "kubectl",
            command.ToString(),
            cluster,
            Programs.MissingReason("kubectl") ?? MissingTool(command.Name),
            KnownDifferences.Find(target, "kubectl", command.Number),
            async () => await (await run.ConversationAsync(cluster, t => new KubectlConversation(t))).OutcomeAsync(index, TestContext.Current.CancellationToken));
    }

    private static string? MissingTool(string command) => command switch
    {
        "diff" => Programs.MissingReason("diff"),
        "edit" => Programs.MissingReason("sed"),
        _ => null,
    };
}
