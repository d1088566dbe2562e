using Operator.Contract;
using Operator.Limiter.Lanes;
using Operator.Limiter.Limiting;
using Operator.Limiter.Usage;
using Operator.Runtime.Caching;

namespace Benchmarks.Fairness;

/// <summary>A request of the virtual fleet.</summary>
internal sealed record VirtualRequest(int Input, int Output)
{
    /// <summary>The length of its body.</summary>
    public long Bytes => (long)(Input * 4 / 1.3) + 120;

    /// <summary>Whether its output was held by a guess.</summary>
    public bool IsGuess { get; set; }
}

/// <summary>A limiter's gate, leases and estimates, as in a limiter's process.</summary>
internal sealed class VirtualLimiter : IDisposable
{
    public static readonly ObjectKey Quota = new("fleet", "organization");
    public const string Group = "group";

    /// <summary>Seconds between two reports while requests wait.</summary>
    private const double Soon = 0.25;

    private readonly PromptEstimator _estimator;
    private readonly List<(VirtualRequest Request, Task<Admission> Answer)> _asked = [];
    private readonly LeaseStore _leases;
    private readonly GroupLimiter _gate;
    private double _sent;

    public VirtualLimiter(string name, Share boot, TimeProvider time, double phase)
    {
        Name = name;
        _estimator = new PromptEstimator(time);
        _leases = new LeaseStore(time);
        NextReport = phase;
        var group = new GroupConfiguration { Group = Group, Limits = Amounts.Unlimited, Boot = boot, Fallback = boot };
        _gate = new GroupLimiter(new QuotaConfiguration { Namespace = Quota.Namespace!, Name = Quota.Name, Groups = [group] }, group, _leases, time);
        _gate.Short += () => NextReport = Math.Min(NextReport, _sent + Soon);
    }

    public string Name { get; }

    /// <summary>When the next report is due, in seconds.</summary>
    public double NextReport { get; set; }

    /// <summary>A user asks.</summary>
    public void Ask(VirtualRequest request, TimeSpan patience)
    {
        request.IsGuess = _estimator.IsGuess;
        _asked.Add((request, _gate.AdmitAsync(Lane.Standard, _estimator.Estimate(request.Bytes, 16_000), patience, CancellationToken.None).AsTask()));
    }

    /// <summary>Requests that were admitted or refused since the last call.</summary>
    public IReadOnlyList<(VirtualRequest, Admission)> Decided()
    {
        if (_asked.Count == 0 || (_asked.Count == _gate.Queue(Lane.Standard).Waiting)) return [];
        var decided = _asked.Where(a => a.Answer.IsCompleted).Select(a => (a.Request, a.Answer.Result)).ToList();
        _asked.RemoveAll(a => a.Answer.IsCompleted);
        return decided;
    }

    /// <summary>A request goes out.</summary>
    public void Send(Hold hold, VirtualRequest request)
    {
        hold.IsGuess = request.IsGuess;
        hold.EstimatedBy(_estimator);
    }

    /// <summary>The answer is complete.</summary>
    public void Settle(Hold hold, VirtualRequest request)
    {
        hold.Settle(request.Input, request.Output);
        _estimator.Learn(request.Bytes, new TokenUsage { Input = request.Input, Output = request.Output }, request.Input, 0);
    }

    /// <summary>A report is sent; tells when the next one is planned.</summary>
    public double Sent(double now, double draw)
    {
        _sent = now;
        return NextReport = now + Interval(draw);
    }

    /// <summary>What a report tells.</summary>
    public (Demand Demand, HeldLease? Held) Tell() => (_gate.Demand(), _leases.Report() is [var held] ? held : null);

    /// <summary>Takes the answer to a report.</summary>
    public void Take(Lease lease, long asked, double planned, double now, double draw)
    {
        if (NextReport == planned) NextReport = _sent + Interval(draw);
        var taken = _leases.Accept(lease, asked);
        _gate.Poke();
        if (taken == LeaseAnswer.Shrunk) NextReport = now;
        else if (_gate.Waits) NextReport = Math.Min(NextReport, _sent + Soon);
    }

    private static double Interval(double draw) => 0.9 + (0.2 * draw);

    public void Dispose() => _gate.Dispose();
}
