using FsCheck;
using FsCheck.Fluent;
using Operator.Contract;
using Operator.Limiter.Limiting;
using Operator.Testing;

namespace Operator.Limiter.Tests.Limiting;

/// <summary>Many calls at once, on threads of their own: whatever their order, they never find the same money.</summary>
public class CallMoneyTests
{
    private const string Key = "team/tools";
    private const int Threads = 4;

    private static readonly UInt128[] Users = [1, 2, 3];

    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 11, 30, 12, 0, 0, TimeSpan.Zero));

    /// <summary>A call: what it is expected to cost, what it costs, in which lane, of which user, and how many others begin before it ends.</summary>
    private sealed record Call(int Expected, int Cost, Lane Lane, int User, int Held);

    private static Gen<Call> Calls =>
        from expected in Gen.Choose(0, 40)
        from share in Gen.Choose(0, 100)
        from lane in Gen.Elements(Lane.Interactive, Lane.Standard, Lane.Bulk)
        from user in Gen.Choose(0, Users.Length - 1)
        from held in Gen.Choose(0, 3)
        select new Call(expected, expected * share / 100, lane, user, held);

    [Theory]
    [InlineData(1, 100)]
    [InlineData(7, 100)]
    [InlineData(100, 100)]
    [InlineData(1_000, 100)]
    public void Calls_of_one_instant_are_admitted_as_long_as_a_bit_of_the_budget_is_free_and_not_one_more(int cost, int left)
    {
        var allowed = ((left - 1) / cost) + 1;
        for (var round = 0; round < 100; round++)
        {
            var ledger = new SpendLedger(_time);
            ledger.Add(Key, 50);
            var quota = Quota(50 + left, null);
            var admitted = 0;
            AtOnce(() =>
            {
                for (var i = 0; i < 40; i++)
                {
                    if (ledger.Reserve(quota, Key, Lane.Standard, cost).Refusal is null) Interlocked.Increment(ref admitted);
                }
            });
            Assert.Equal((Math.Min(allowed, Threads * 40), (long)admitted * cost), (admitted, ledger.Spent(Key).Reserved));
        }
    }

    [Theory]
    [InlineData(7, 100)]
    [InlineData(100, 100)]
    public void The_calls_of_one_user_share_that_users_money_in_the_same_way(int cost, int left)
    {
        var allowed = ((left - 1) / cost) + 1;
        for (var round = 0; round < 100; round++)
        {
            var users = new UserBudgets(_time);
            var rules = new PerUserConfiguration { DailySpend = 50 + left, Throttle = true };
            users.Charge(Key, rules, 1, 50);
            var admitted = 0;
            AtOnce(() =>
            {
                for (var i = 0; i < 40; i++)
                {
                    if (users.Admit(Key, rules, 1, cost).Refusal is null) Interlocked.Increment(ref admitted);
                }
            });
            Assert.Equal((allowed, (50L, (long)allowed * cost)), (admitted, users.Spent(Key, 1)));
        }
    }

    [Fact]
    public void No_budget_is_exceeded_by_more_than_one_call_and_nothing_stays_held() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(150).WithReplay(41, 7),
        Prop.ForAll(Arb.From(Gen.ListOf(Calls, 60)), Arb.From(Gen.Choose(0, 400)), Arb.From(Gen.Choose(0, 150)), (calls, budget, daily) =>
        {
            var (ledger, users) = (new SpendLedger(_time), new UserBudgets(_time));
            var quota = Quota(budget, daily);
            var all = calls.ToArray();
            var (next, refused, paid) = (-1, 0, 0L);
            AtOnce(() =>
            {
                var under = new Queue<(Call Call, CallMoney Money, int Until)>();
                for (var n = 0; Interlocked.Increment(ref next) is var i && i < all.Length; n++)
                {
                    while (under.Count > 0 && under.Peek().Until <= n) End(under.Dequeue());
                    var money = CallMoney.Take(ledger, users, quota, Key, all[i].Lane, Users[all[i].User], all[i].Expected, out var refusal);
                    if (refusal is null) under.Enqueue((all[i], money, n + all[i].Held));
                    else Interlocked.Increment(ref refused);
                }
                while (under.Count > 0) End(under.Dequeue());
            });
            var spent = ledger.Spent(Key);
            Assert.Equal((paid, 0L), (spent.Today, spent.Reserved));
            Assert.True(spent.Today < budget + 40 || spent.Today == 0, $"{spent.Today} of {budget}");
            var ofUsers = Users.Select(u => users.Spent(Key, u)).ToArray();
            Assert.All(ofUsers, u => Assert.True(u.Reserved == 0 && (u.Today < daily + 40 || u.Today == 0), $"{u} of {daily}"));
            Assert.Equal(paid, ofUsers.Sum(u => u.Today));
            // Nothing is refused while there is plenty of both.
            Assert.True(refused == 0 || all.Sum(c => c.Expected) >= Math.Min(budget, daily));

            void End((Call Call, CallMoney Money, int) one)
            {
                ledger.Add(Key, one.Call.Cost);
                users.Charge(Key, quota.PerUser, Users[one.Call.User], one.Call.Cost);
                Interlocked.Add(ref paid, one.Call.Cost);
                one.Money.Dispose();
            }
        }));

    [Fact]
    public void A_call_that_its_user_may_not_make_holds_nothing_of_the_quota()
    {
        var (ledger, users) = (new SpendLedger(_time), new UserBudgets(_time));
        var quota = Quota(1_000, 100);
        users.Charge(Key, quota.PerUser, 1, 100);
        using var money = CallMoney.Take(ledger, users, quota, Key, Lane.Standard, 1, 10, out var refusal);
        Assert.Equal(("user-spend; team/tools", 0L), (refusal!.Limit, ledger.Spent(Key).Reserved));
    }

    private static QuotaConfiguration Quota(long budget, long? daily) => Sample.Quota() with
    {
        Spend = [new() { Quota = Key, Daily = budget, OnExhausted = OnExhausted.Stop }],
        PerUser = daily is null ? null : new() { DailySpend = daily, Throttle = true },
    };

    private static void AtOnce(Action each)
    {
        using var start = new Barrier(Threads);
        var threads = new Task[Threads];
        for (var i = 0; i < Threads; i++)
        {
            threads[i] = Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait();
                    each();
                },
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        Task.WaitAll(threads);
    }
}
