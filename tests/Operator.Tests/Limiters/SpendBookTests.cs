using Operator.Contract;
using Operator.Limiters.Spend;
using Operator.Runtime.Caching;

namespace Operator.Tests.Limiters;

public class SpendBookTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private static readonly ObjectKey Quota = new("platform", "organization");
    private readonly SpendBook _book = new();

    [Fact]
    public void Only_what_is_stored_is_acknowledged()
    {
        Settle(1, 5);
        Settle(2, 7);
        Assert.Equal(0, _book.Acknowledged("a"));
        var snapshot = _book.Snapshot();
        Settle(3, 9);
        _book.Stored(snapshot);
        Assert.Equal(2, _book.Acknowledged("a"));
        Assert.Equal(21, _book.Of(Quota)!.On(new DateOnly(2026, 11, 20)));
    }

    [Fact]
    public void A_delta_that_is_told_again_after_a_restart_counts_once()
    {
        Settle(1, 5);
        var next = new SpendBook();
        foreach (var (quota, ledger) in _book.Snapshot().Ledgers) next.Load(quota, ledger);
        next.Settle("a", Quota, new SpendDelta("platform/organization", 1, 5, "2026-11-20"), Now);
        Assert.Equal(5, next.Of(Quota)!.On(new DateOnly(2026, 11, 20)));
        next.Stored(next.Snapshot());
        Assert.Equal(1, next.Acknowledged("a"));
    }

    [Fact]
    public void Money_of_nobody_and_amounts_that_cannot_be_are_acknowledged_and_counted_nowhere()
    {
        _book.Settle("a", null, new SpendDelta("x/y", 1, 5, "2026-11-20"), Now);
        Settle(2, long.MaxValue);
        _book.Stored(_book.Snapshot());
        Assert.Equal(2, _book.Acknowledged("a"));
        Assert.Null(_book.Of(Quota));
    }

    private void Settle(long sequence, long amount) => _book.Settle("a", Quota, new SpendDelta("platform/organization", sequence, amount, "2026-11-20"), Now);
}
