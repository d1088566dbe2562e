using Operator.Conformance.Verdicts;

namespace Operator.Conformance.Wire;

public class WireTests(ConformanceRun run)
{
    public static IEnumerable<TheoryDataRow<string, int>> Rows =>
        ConformanceCase.Rows([.. WireConversation.Commands.Select(c => $"wire {c.Number:000}: {c.Name}")]);

    [Theory]
    [MemberData(nameof(Rows))]
    public Task The_requests_behind_a_command_are_answered_as_recorded(string target, int index)
    {
        var command = WireConversation.Commands[index];
        var cluster = ConformanceCase.Target(target);
        return ConformanceCase.JudgeAsync(
            "wire",
            $"wire {command.Number:000}: {command.Name}",
            cluster,
            notRun: null,
            KnownDifferences.Find(target, "wire", command.Number),
            async () => await (await run.ConversationAsync(cluster, t => new WireConversation(t))).OutcomeAsync(index, TestContext.Current.CancellationToken));
    }
}
