using System.Collections.Immutable;
using Operator.Api;
using Operator.Rollouts;

namespace Operator.Tests.Rollouts;

/// <summary>A deployment with limiters, users and a clock, all random by seed: it applies decisions and crashes in between.</summary>
internal sealed class RolloutWorld(int seed)
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] Revisions = [.. "abcd".Select(c => new string(c, 64))];
    private static readonly string[] Gates = ["golden", "late", "errorRate"];
    private readonly Random _random = new(seed);
    private readonly int[] _limiters = new int[1 + seed % 3];
    private readonly Dictionary<string, string> _commands = [];
    private readonly Dictionary<(string, int, string), Verdict> _verdicts = [];
    private bool _resolves = true;
    private int _declared;

    public RolloutPlan Plan { get; private set; } = RandomPlan(new Random(seed));

    public RolloutState State { get; private set; } = RolloutState.Empty;

    public HeldConfiguration? Held { get; private set; }

    public DateTimeOffset Now { get; private set; } = Start;

    public string Declared => Revisions[_declared];

    /// <summary>Lets something happen outside the operator.</summary>
    public void Happen()
    {
        switch (_random.Next(10))
        {
            case 0 when _random.Next(3) == 0:
                _declared = _random.Next(Revisions.Length);
                break;
            case 1 when _random.Next(4) == 0:
                Plan = RandomPlan(_random);
                break;
            case 2:
                var command = new[] { "promote", "approve", "abort", "retry" }[_random.Next(4)];
                if (_random.Next(3) == 0) _commands.Remove(command);
                else _commands[command] = $"{(_random.Next(3) == 0 ? Revisions[_random.Next(Revisions.Length)] : Declared)[..10]}/{_random.Next(100)}";
                break;
            case 3:
                _commands["approve"] = $"{Declared[..10]}/{_random.Next(100)}";
                break;
            case 4 when _random.Next(8) == 0:
                _resolves = !_resolves;
                break;
            case 5:
                Now += TimeSpan.FromMinutes(_random.Next(-3, 90));
                break;
            default:
                Now += TimeSpan.FromSeconds(_random.Next(0, 400));
                for (var i = 0; i < _limiters.Length; i++)
                {
                    if (_random.Next(3) != 0) _limiters[i] = Held?.Weight ?? 0;
                }
                var verdict = (Verdict)_random.Next(12);
                if (verdict is Verdict.Fail && _random.Next(4) != 0) verdict = Verdict.Pass;
                if (verdict > Verdict.EvaluatorError) verdict = Verdict.Pass;
                _verdicts[(Declared, State.Attempt, Gates[_random.Next(Gates.Length)])] = verdict;
                break;
        }
    }

    public RolloutObservation See()
    {
        var shares = _limiters.Select(w => Held?.Canary is not null && Held.Canary == State.Stable?.Revision ? 10_000 - w : w).ToArray();
        var known = _random.Next(10) != 0;
        return new RolloutObservation
        {
            Target = _resolves
                ? new DeclaredTarget.Resolved(Declared, "model-" + Declared[0], "v-" + Declared[0], "digest")
                : new DeclaredTarget.Unresolved("PromptNotFound", "no prompt", "model-" + Declared[0], "v-" + Declared[0]),
            Held = Held,
            Loadable = [.. Revisions],
            HasChildren = Held is not null,
            Verdicts = _verdicts
                .Where(v => v.Key.Item1 == Declared && v.Key.Item2 == (State.Canary?.Revision == Declared ? State.Attempt : 0))
                .ToImmutableDictionary(v => v.Key.Item3, v => new GateVerdict(v.Value, "measured")),
            AcknowledgedWeight = known ? shares.Max() : null,
            LowestAcknowledgedWeight = known ? shares.Min() : null,
            StepRequests = _random.Next(500),
            Commands = _commands.ToImmutableDictionary(),
        };
    }

    /// <summary>Carries out a decision; a crash leaves only the first of the two writes.</summary>
    public void Apply(RolloutDecision decision, bool crash)
    {
        if (decision.ConfigurationFirst)
        {
            Write(decision.Configuration);
            if (crash) return;
            State = decision.State;
        }
        else
        {
            State = decision.State;
            if (crash) return;
            Write(decision.Configuration);
        }
    }

    private static RolloutPlan RandomPlan(Random random)
    {
        var steps = new List<PlanStep>();
        var weight = 0;
        while (random.Next(4) != 0 && weight < 9_000)
        {
            if (random.Next(4) == 0)
            {
                steps.Add(new PlanStep { Hold = random.Next(2) == 0 ? null : TimeSpan.FromMinutes(random.Next(60)) });
                continue;
            }
            weight += random.Next(1, 4_000);
            steps.Add(new PlanStep
            {
                Weight = Math.Min(weight, 10_000), Hold = TimeSpan.FromMinutes(random.Next(30)), MinRequests = random.Next(3) * 100,
            });
        }
        var gates = new List<PlanGate>();
        if (random.Next(3) != 0) gates.Add(new PlanGate("golden", Live: false));
        if (random.Next(3) == 0) gates.Add(new PlanGate("late", Live: false, At: random.Next(10_000)));
        if (random.Next(2) == 0 && steps.Any(s => s.Weight is not null)) gates.Add(new PlanGate("errorRate", Live: true));
        return new RolloutPlan
        {
            Steps = [.. steps],
            Gates = [.. gates],
            OnFailure = random.Next(5) == 0 ? OnFailure.Hold : OnFailure.Automatic,
            WindowRevisions = random.Next(3),
            WindowAge = TimeSpan.FromHours(random.Next(1, 30)),
            ProgressDeadline = TimeSpan.FromHours(random.Next(1, 4)),
        };
    }

    private void Write(DesiredConfiguration? desired)
    {
        if (desired is null) return;
        var stable = desired.Stable is null ? null : new RevisionRecord(desired.Stable, "model", "v", "digest", Now);
        Held = new HeldConfiguration(stable, desired.Canary, desired.Weight, desired.RolledBack);
    }
}
