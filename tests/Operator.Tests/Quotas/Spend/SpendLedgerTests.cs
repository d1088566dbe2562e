using System.Text.Json;
using Operator.Quotas.Spend;

namespace Operator.Tests.Quotas.Spend;

public class SpendLedgerTests
{
    private static readonly DateOnly Today = new(2026, 11, 20);
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Deltas_count_once_over_loss_repetition_and_restarts()
    {
        var random = new Random(5);
        for (var run = 0; run < 200; run++)
        {
            var ledger = SpendLedger.Empty;
            var stored = Write(ledger);
            var unacknowledged = Enumerable.Range(0, 3).ToDictionary(i => $"limiter{i}", _ => new List<(long Sequence, long Amount)>());
            var next = new long[3];
            var spent = 0L;
            for (var step = 0; step < 200; step++)
            {
                var i = random.Next(3);
                var name = $"limiter{i}";
                switch (random.Next(6))
                {
                    case 0 or 1:
                        var amount = random.Next(1, 1000);
                        unacknowledged[name].Add((++next[i], amount));
                        spent += amount;
                        break;
                    case 2 or 3:
                        // A report with everything that is not acknowledged; the answer may be lost.
                        foreach (var (sequence, money) in unacknowledged[name]) ledger = ledger.Settle(name, sequence, money, "2026-11-20", Today);
                        stored = Write(ledger);
                        if (random.Next(2) == 0) unacknowledged[name].RemoveAll(d => d.Sequence <= ledger.Sequences.GetValueOrDefault(name));
                        break;
                    case 4:
                        // Not stored, so not acknowledged: lost with the operator.
                        foreach (var (sequence, money) in unacknowledged[name].Take(2)) ledger = ledger.Settle(name, sequence, money, "2026-11-20", Today);
                        ledger = Read(stored);
                        break;
                    default:
                        ledger = Read(Write(ledger));
                        break;
                }
            }
            foreach (var (name, deltas) in unacknowledged)
            {
                foreach (var (sequence, money) in deltas) ledger = ledger.Settle(name, sequence, money, "2026-11-20", Today);
            }
            Assert.Equal(spent, ledger.On(Today));
        }
    }

    [Fact]
    public void A_checkpoint_that_is_none_is_an_error_and_no_empty_ledger()
    {
        Assert.Throws<JsonException>(() => SpendCheckpoint.Read("{}"));
        Assert.Throws<JsonException>(() => SpendCheckpoint.Read("null"));
        Assert.Throws<JsonException>(() => SpendCheckpoint.Read("""{"a/b":null}"""));
        Assert.Throws<JsonException>(() => SpendCheckpoint.Read("""{"a/b":{"days":null,"sequences":{},"reserved":{}}}"""));
    }

    [Fact]
    public void Numbers_of_other_quotas_lie_between()
    {
        var ledger = SpendLedger.Empty.Settle("a", 1, 5, "2026-11-20", Today).Settle("a", 4, 5, "2026-11-20", Today).Settle("a", 3, 5, "2026-11-20", Today);
        Assert.Equal(10, ledger.On(Today));
    }

    [Theory]
    [InlineData("2027-01-01")]
    [InlineData("1999-01-01")]
    [InlineData("yesterday")]
    public void A_day_that_cannot_be_counts_today(string day) =>
        Assert.Equal(5, SpendLedger.Empty.Settle("a", 1, 5, day, Today).On(Today));

    [Fact]
    public void What_arrives_late_counts_on_its_own_day()
    {
        var ledger = SpendLedger.Empty.Settle("a", 1, 5, "2026-10-31", Today).Settle("a", 2, 7, "2026-11-01", Today);
        Assert.Equal(7, ledger.InMonth(Today));
        Assert.Equal(5, ledger.InMonth(new DateOnly(2026, 10, 1)));
    }

    [Fact]
    public void Budgets_are_spent_with_what_is_reserved_until_their_period_ends()
    {
        var ledger = SpendLedger.Empty.Settle("a", 1, 60, "2026-11-20", Today).Reserve("b", 30);
        Assert.Null(ledger.ExhaustedUntil(null, null, Now));
        Assert.Null(ledger.ExhaustedUntil(100, 91, Now));
        Assert.Equal(new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero), ledger.ExhaustedUntil(100, 90, Now));
        Assert.Equal(new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero), ledger.ExhaustedUntil(90, 90, Now));
        Assert.Null(ledger.Reserve("b", 0).ExhaustedUntil(90, 90, Now));
    }

    [Fact]
    public void Old_days_are_pruned_and_overflow_saturates()
    {
        var ledger = SpendLedger.Empty.Settle("a", 1, long.MaxValue, "2026-11-20", Today).Settle("a", 2, 5, "2026-11-20", Today);
        Assert.Equal(long.MaxValue, ledger.On(Today));
        Assert.Empty(ledger.Prune(Today.AddDays(100)).Days);
        Assert.Same(ledger, ledger.Prune(Today));
    }

    private static string Write(SpendLedger ledger) => SpendCheckpoint.Write([KeyValuePair.Create("platform/organization", ledger)]);

    private static SpendLedger Read(string text) => SpendCheckpoint.Read(text)["platform/organization"];
}
