namespace Operator.EndToEnd.Harness;

/// <summary>What happens to one request of the operator.</summary>
public enum WriteFate
{
    /// <summary>Nothing special.</summary>
    Pass,

    /// <summary>The process dies before the request leaves it.</summary>
    KillBefore,

    /// <summary>The process dies after the server has committed the request, before it learns of it.</summary>
    KillAfter,

    /// <summary>The server commits the request and the answer is lost; the process lives on.</summary>
    LoseResponse,
}

/// <summary>The class of a write.</summary>
public enum WriteClass
{
    /// <summary>Objects and their status.</summary>
    State,

    /// <summary>Events.</summary>
    Event,

    /// <summary>The leader's lease.</summary>
    Lease,
}

/// <summary>One write of the operator.</summary>
/// <param name="Class">Its class.</param>
/// <param name="Target">The method and what is written. Events have random names: of those it is the method alone.</param>
/// <param name="Ordinal">How many writes to the same target there were up to this one: writes to different targets may overtake one another.</param>
public sealed record OperatorWrite(WriteClass Class, string Target, int Ordinal);

/// <summary>
/// The operator's way to the API server. A test sees every write here and may end the process around it: from then on nothing
/// leaves the process any more.
/// </summary>
public sealed class Wire(Func<OperatorWrite, WriteFate> fate, Action killed) : IDisposable
{
    private readonly CancellationTokenSource _dead = new();
    private readonly Lock _gate = new();
    private readonly List<OperatorWrite> _writes = [];

    /// <summary>Every write that was tried.</summary>
    public IReadOnlyList<OperatorWrite> Writes
    {
        get { lock (_gate) return [.. _writes]; }
    }

    /// <summary>What is under way.</summary>
    public RequestLedger Ledger { get; } = new();

    public bool IsDead => _dead.IsCancellationRequested;

    public HttpMessageHandler Wrap(HttpMessageHandler inner) => new Handler(this, Ledger.Wrap(inner));

    /// <summary>Cuts the process off: what is under way is broken, nothing new is sent.</summary>
    public void Cut()
    {
        if (!_dead.IsCancellationRequested) _dead.Cancel();
    }

    public void Dispose() => _dead.Dispose();

    private OperatorWrite Count(HttpRequestMessage request)
    {
        var path = request.RequestUri!.AbsolutePath;
        var kind = path.Contains("/leases", StringComparison.Ordinal) ? WriteClass.Lease
            : path.Contains("/events", StringComparison.Ordinal) ? WriteClass.Event
            : WriteClass.State;
        lock (_gate)
        {
            var target = kind == WriteClass.Event ? request.Method.Method : request.Method.Method + " " + path;
            var write = new OperatorWrite(kind, target, _writes.Count(w => w.Class == kind && w.Target == target) + 1);
            _writes.Add(write);
            return write;
        }
    }

    private void Die()
    {
        Cut();
        killed();
        throw new HttpRequestException("the process has ended");
    }

    private sealed class Handler(Wire wire, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (wire.IsDead) throw new HttpRequestException("the process has ended");
            var fate = request.Method == HttpMethod.Get ? WriteFate.Pass : wire.FateOf(wire.Count(request));
            if (fate == WriteFate.KillBefore) wire.Die();
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, wire._dead.Token);
            HttpResponseMessage response;
            try
            {
                response = await base.SendAsync(request, either.Token);
            }
            catch (OperationCanceledException) when (wire.IsDead)
            {
                throw new HttpRequestException("the process has ended");
            }
            if (fate is WriteFate.KillAfter or WriteFate.LoseResponse) response.Dispose();
            if (fate == WriteFate.KillAfter) wire.Die();
            if (fate == WriteFate.LoseResponse) throw new HttpRequestException("the response was lost", new IOException("connection reset"));
            return response;
        }
    }

    private WriteFate FateOf(OperatorWrite write) => fate(write);
}
