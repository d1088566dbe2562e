using System.Collections.Immutable;
using Operator.Api;
using Operator.Rollouts;

namespace Operator.Tests.Rollouts;

/// <summary>A deployment that a test leads through its rollouts: what is decided is carried out, and every limiter follows at once.</summary>
internal sealed class Deployment
{
    public static readonly string Old = new('a', 64);
    public static readonly string New = new('b', 64);
    public static readonly string Newer = new('c', 64);

    private readonly List<RolloutEvent> _events = [];

    public RolloutPlan Plan { get; set; } = new()
    {
        Steps =
        [
            new PlanStep { Weight = 100, Hold = TimeSpan.FromMinutes(5) },
            new PlanStep { Weight = 1_000, Hold = TimeSpan.FromMinutes(15), MinRequests = 200 },
        ],
        Gates = [new PlanGate("golden", Live: false), new PlanGate("errorRate", Live: true)],
    };

    public RolloutState State { get; set; } = RolloutState.Empty;

    public HeldConfiguration? Held { get; set; }

    public DateTimeOffset Now { get; private set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public string Declared { get; set; } = Old;

    public DeclaredTarget? Unresolved { get; set; }

    public Dictionary<string, GateVerdict> Verdicts { get; } = [];

    public Dictionary<string, string> Commands { get; } = [];

    public long Requests { get; set; } = 1_000;

    public bool LimitersFollow { get; set; } = true;

    public bool LimitersAreKnown { get; set; } = true;

    public string? Refusal { get; set; }

    public bool HasChildren { get; set; }

    public IReadOnlyList<string> Events => [.. _events.Select(e => e.Reason)];

    public RolloutDecision Last { get; private set; } = null!;

    /// <summary>A deployment whose first revision is stable.</summary>
    public static Deployment Serving()
    {
        var deployment = new Deployment();
        deployment.Says("golden", Verdict.Pass);
        deployment.Reconcile();
        deployment.Verdicts.Clear();
        deployment._events.Clear();
        return deployment;
    }

    public Deployment Says(string gate, Verdict verdict)
    {
        Verdicts[gate] = new GateVerdict(verdict, "as measured");
        return this;
    }

    public Deployment Passes(TimeSpan time)
    {
        Now += time;
        return Reconcile();
    }

    /// <summary>Decides and carries out until nothing changes any more.</summary>
    public Deployment Reconcile()
    {
        for (var i = 0; i < 20; i++)
        {
            Last = RolloutPolicy.Decide(Plan, State, See(), Now);
            _events.AddRange(Last.Events);
            var configuration = Last.Configuration;
            var before = (Held, State.Phase, State.Step);
            State = Last.State;
            if (configuration is not null)
            {
                var stable = configuration.Stable is null ? null : new RevisionRecord(configuration.Stable, "m", "v", "d", Now);
                Held = new HeldConfiguration(stable, configuration.Canary, configuration.Weight, configuration.RolledBack);
            }
            if ((Held?.Canary, Held?.Weight, Held?.Stable?.Revision) == (before.Held?.Canary, before.Held?.Weight, before.Held?.Stable?.Revision)
                && (State.Phase, State.Step) == (before.Phase, before.Step)) return this;
        }
        throw new InvalidOperationException("the decision does not come to rest");
    }

    public RolloutObservation See()
    {
        var share = Held is null || Held.Canary == State.Stable?.Revision ? 0 : Held.Weight;
        return new RolloutObservation
        {
            Target = Unresolved ?? new DeclaredTarget.Resolved(Declared, "m", "v-" + Declared[0], "d"),
            Held = Held,
            HasChildren = HasChildren || Held is not null,
            Loadable = [Old, New, Newer],
            Verdicts = Verdicts.ToImmutableDictionary(),
            AcknowledgedWeight = LimitersAreKnown ? share : null,
            LowestAcknowledgedWeight = LimitersAreKnown ? (LimitersFollow ? share : 0) : null,
            Refusal = Refusal,
            StepRequests = Requests,
            Commands = Commands.ToImmutableDictionary(),
        };
    }
}
