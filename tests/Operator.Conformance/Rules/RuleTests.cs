using Operator.Conformance.Replay;
using Operator.Conformance.Verdicts;

namespace Operator.Conformance.Rules;

public class RuleTests(ConformanceRun run)
{
    public static IEnumerable<TheoryDataRow<string, int>> Rows => ConformanceCase.Rows(GoldenRecords.Rules);

    [Theory]
    [MemberData(nameof(Rows))]
    public Task The_server_answers_as_recorded(string target, int index)
    {
        var rule = GoldenRecords.Rules[index];
        var cluster = ConformanceCase.Target(target);
        return ConformanceCase.JudgeAsync(
            "rules",
            rule.ToString(),
            cluster,
            notRun: null,
            KnownDifferences.Find(target, "rules", rule.Number),
            async () => await (await run.ConversationAsync(cluster, t => new RuleConversation(t))).OutcomeAsync(index, TestContext.Current.CancellationToken));
    }
}
