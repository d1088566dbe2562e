using FsCheck;
using FsCheck.Fluent;
using Operator.Certificates;

namespace Operator.Tests.Certificates;

public sealed class CertificatePlanTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly CertificateRules Rules = new();

    public static TheoryData<double, double?, double?, CertificateAction> Table => new()
    {
        // days since the served one was made, since the next one was made, hours since the next one is trusted
        { 0, null, null, CertificateAction.Keep },
        { 59.9, null, null, CertificateAction.Keep },
        { 60, null, null, CertificateAction.IssueNext },
        { 89.9, null, null, CertificateAction.IssueNext },
        { 90, null, null, CertificateAction.IssueServing },
        { 60.1, 0.1, null, CertificateAction.Keep },
        { 60.1, 0.1, 0.9, CertificateAction.Keep },
        { 60.1, 0.1, 1.0, CertificateAction.Promote },
        { 88.9, 20, null, CertificateAction.Keep },
        { 89.1, 20, null, CertificateAction.Promote },
        { 91, 20, null, CertificateAction.Promote },
        { 91, 90, 5, CertificateAction.IssueServing },
        { 70, 90, null, CertificateAction.IssueNext },
        { -0.03, null, null, CertificateAction.Keep },
        { -0.05, null, null, CertificateAction.IssueServing },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void The_plan_follows_age_and_trust(double servingDays, double? nextDays, double? trustedHours, CertificateAction expected)
    {
        var state = new CertificateState(
            CertificateValidity.From(Start.AddDays(-servingDays), Rules),
            nextDays is { } days ? CertificateValidity.From(Start.AddDays(-days), Rules) : null,
            trustedHours is { } hours ? Start.AddHours(-hours) : null);
        Assert.Equal(expected, CertificatePlan.Decide(Start, state, Rules).Action);
    }

    [Fact]
    public void The_first_certificate_is_made_at_once() =>
        Assert.Equal(CertificateAction.IssueServing, CertificatePlan.Decide(Start, new CertificateState(null, null, null), Rules).Action);

    [Fact]
    public void Whatever_the_clock_does_what_is_served_is_valid_by_it() => Run((trace, random) =>
    {
        for (var i = 0; i < 60; i++)
        {
            trace.Jump(random.Next(8) switch
            {
                0 => TimeSpan.FromDays(random.Next(-400, 400)),
                1 => TimeSpan.FromDays(-random.Next(0, 3)),
                _ => TimeSpan.FromHours(random.Next(0, 60)),
            }, trusted: random.Next(2) == 0);
            if (!trace.Serving.Covers(trace.Now) || trace.Steps > 2) return false;
        }

        return true;
    });

    [Fact]
    public void While_the_clock_runs_evenly_nothing_untrusted_is_served() => Run((trace, random) =>
    {
        trace.Jump(TimeSpan.Zero, trusted: true);
        for (var i = 0; i < 400; i++)
        {
            var before = trace.Serving;
            var trusted = random.Next(3) > 0;
            trace.Jump(TimeSpan.FromHours(random.Next(1, 24)), trusted);
            var changed = trace.Serving != before;
            // Renewed at two thirds, never before; and the other one was known to the others for long enough, or time was up.
            if (changed && trace.Now - before.IssuedAt < Rules.RenewAfter) return false;
            if (changed && !trace.WasSettled && before.NotAfter - trace.Now > Rules.Urgency) return false;
        }

        return trace.Issued <= 400 / 60 + 3;
    });

    private static void Run(Func<Trace, Random, bool> property) => FsCheck.Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2000).WithReplay(3, 5),
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => property(new Trace(), new Random(seed))));

    /// <summary>Does what the plan says, as <see cref="OwnCertificates"/> does, without keys.</summary>
    private sealed class Trace
    {
        private CertificateValidity? _serving;
        private CertificateValidity? _next;
        private DateTimeOffset? _trustedSince;

        public DateTimeOffset Now { get; private set; } = Start;

        public CertificateValidity Serving => _serving!;

        public int Issued { get; private set; }

        public int Steps { get; private set; }

        public bool WasSettled { get; private set; }

        public void Jump(TimeSpan by, bool trusted)
        {
            Now += by;
            Steps = 0;
            WasSettled = false;
            for (; ; Steps++)
            {
                if (_next is null || !trusted) _trustedSince = null;
                else if (_trustedSince is null || _trustedSince > Now) _trustedSince = Now;
                WasSettled |= Now - _trustedSince >= Rules.Settling;
                switch (CertificatePlan.Decide(Now, new CertificateState(_serving, _next, _trustedSince), Rules).Action)
                {
                    case CertificateAction.Keep: return;
                    case CertificateAction.IssueServing: (_serving, _next) = (Issue(), null); break;
                    case CertificateAction.IssueNext: _next = Issue(); break;
                    case CertificateAction.Promote: (_serving, _next) = (_next, null); break;
                }

                if (Steps > 5) return;
            }
        }

        private CertificateValidity Issue()
        {
            Issued++;
            return CertificateValidity.From(Now, Rules);
        }
    }
}
