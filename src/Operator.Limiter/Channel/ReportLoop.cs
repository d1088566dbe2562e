using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Operator.Contract;
using Operator.Limiter.Hosting;
using Operator.Limiter.Limiting;

namespace Operator.Limiter.Channel;

/// <summary>
/// Reports to the operator and takes the leases that it answers with: about once a second, at once when a lease shrank, soon when a
/// request waits or the API refused. That a configuration was applied is confirmed at once and in brief: when an operator ships something,
/// all limiters tell it in one moment. It never ends because of a failure, and nothing that was measured is lost by one.
/// </summary>
internal sealed partial class ReportLoop(LimiterState state, OperatorConnection connection, ChannelStatus status, ILogger logger)
{
    /// <summary>How long requests that wait leave between two reports, as part of the usual interval.</summary>
    private const double Soon = 0.25;

    private static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(30);
    private readonly ReportBuilder _builder = new(state);
    private readonly ReportSchedule _schedule = new(state.Time);
    private readonly Backoff _trouble = new(TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(5), state.Random.NextDouble);
    private readonly Backoff _followers = new(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1), state.Random.NextDouble);
    private TimeSpan _interval = TimeSpan.FromSeconds(1);
    private IReadOnlyList<UpstreamSignal> _signals = [];

    /// <summary>The connection whose operator knows this limiter by a whole report; null for none.</summary>
    private HttpClient? _knownBy;

    /// <summary>What that report told of groups.</summary>
    private IReadOnlyList<Demand> _told = [];
    private string? _lastTrouble;

    /// <summary>A configuration was applied, or refused.</summary>
    public void Confirm() => _schedule.Confirm();

    /// <summary>There is something that cannot wait for the usual interval.</summary>
    public void Early() => _schedule.Within(_interval * Soon);

    /// <summary>Reports until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                var confirms = await _schedule.WaitAsync(cancellation).ConfigureAwait(false);
                await OnceAsync(brief: confirms && IsKnown(), ends: false, cancellation).ConfigureAwait(false);
            }
        }
#pragma warning disable CA1031 // Whatever a connection does while the channel ends: it ends.
        catch (Exception) when (cancellation.IsCancellationRequested)
        {
        }
#pragma warning restore CA1031
    }

    /// <summary>Tells the rest before the limiter ends: what was spent and measured since the last report.</summary>
    public async Task FinishAsync(CancellationToken cancellation)
    {
        for (var tries = 0; tries < 5 && !cancellation.IsCancellationRequested; tries++)
        {
            try
            {
                if (await OnceAsync(brief: false, ends: true, cancellation).ConfigureAwait(false)) return;
                await Task.Delay(TimeSpan.FromMilliseconds(100), state.Time, cancellation).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // Its time is over, whatever the last try did then.
            catch (Exception) when (cancellation.IsCancellationRequested)
            {
                return;
            }
#pragma warning restore CA1031
        }
    }

    /// <summary>Whether the operator knows all that a brief report leaves out: a group that it was not told of needs a lease at once.</summary>
    private bool IsKnown() =>
        ReferenceEquals(_knownBy, connection.Current) && state.Groups.All(g => _told.Any(d => d.Quota == g.Quota && d.Group == g.Group));

    private async Task<bool> OnceAsync(bool brief, bool ends, CancellationToken cancellation)
    {
        var planned = _interval * (0.9 + (0.2 * state.Random.NextDouble()));
        // A brief one comes in between: the next whole one is due when it would have been.
        if (!brief) _schedule.Sent(planned);
        var client = connection.Current;
        var asked = state.Time.GetTimestamp();
        using var patience = new CancellationTokenSource(ChannelProtocol.AnswerAge, state.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            using var request = connection.Report();
            if (!brief) _signals = Bounded([.. _signals, .. state.Signals.Drain()]);
            var report = brief ? _builder.Brief() : _builder.Next(_signals, ends);
            request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(report, ContractJsonContext.Default.Report));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var response = await client.SendAsync(request, either.Token).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                var body = await response.Content.ReadAsByteArrayAsync(either.Token).ConfigureAwait(false);
                var answer = JsonSerializer.Deserialize(body, ContractJsonContext.Default.ReportAnswer) ?? throw new JsonException("the answer is null");
                return Take(report, answer, asked, planned, client);
            }
            if (response.Headers.Contains(ChannelProtocol.FollowerHeader))
            {
                status.Follower();
                connection.Replace(client);
                Again(brief, planned, _followers.Next());
                return false;
            }
            Trouble($"it answered {(int)response.StatusCode}", client, brief, planned);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested
            && e is HttpRequestException or IOException or OperationCanceledException or JsonException or ObjectDisposedException)
        {
            // What the stream found out of the same connection is one trouble, not two.
            var what = patience.IsCancellationRequested ? $"it did not answer within {ChannelProtocol.AnswerAge.TotalSeconds} s"
                : ReferenceEquals(connection.Current, client) ? e.Message : _lastTrouble;
            Trouble(what, client, brief, planned);
        }
#pragma warning disable CA1031 // Whatever an operator answers: reports go on.
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            Trouble($"its answer cannot be taken: {e.GetType().Name}", client, brief, planned);
        }
#pragma warning restore CA1031
        return false;
    }

    private bool Take(Report report, ReportAnswer answer, long asked, TimeSpan planned, HttpClient client)
    {
        if (answer.Epoch < state.Leases.Epoch)
        {
            Trouble($"it speaks for epoch {answer.Epoch}, and {state.Leases.Epoch} was seen already", client, report.Brief, planned);
            return false;
        }
        var leases = answer.Leases ?? throw new JsonException("the leases are null");
        _followers.Reset();
        _trouble.Reset();
        if (_lastTrouble is not null) Log.Well(logger);
        _lastTrouble = null;
        status.Answer();
        state.Ledger.Acknowledge(answer.AcknowledgedSpend);
        _interval = answer.NextReport > LongestInterval ? LongestInterval : answer.NextReport < TimeSpan.FromMilliseconds(100) ? TimeSpan.FromMilliseconds(100) : answer.NextReport;
        state.Leases.ReportInterval = _interval;
        _knownBy = answer.Known ? client : null;
        if (report.Brief)
        {
            if (!answer.Known) _schedule.Within(TimeSpan.Zero);
            return true;
        }
        (_signals, _told) = ([], report.Demand);
        _schedule.Plan(planned, _interval * (0.9 + (0.2 * state.Random.NextDouble())));
        var shrunk = false;
        foreach (var lease in leases)
        {
            var taken = state.Leases.Accept(lease, asked, answer.At);
            shrunk |= taken == LeaseAnswer.Shrunk;
            if (taken is LeaseAnswer.OlderEpoch or LeaseAnswer.OlderSequence or LeaseAnswer.TooSlow or LeaseAnswer.Invalid) status.RefuseLease();
        }
        var waiting = false;
        foreach (var group in state.Groups)
        {
            group.Poke();
            waiting |= group.Waits;
        }
        if (shrunk) _schedule.Within(TimeSpan.Zero);
        else if (waiting) Early();
        return true;
    }

    /// <param name="what">What it is; null for what the next try will show.</param>
    /// <param name="client">The connection that had it.</param>
    /// <param name="brief">Whether a brief report had it.</param>
    /// <param name="planned">What was planned when the report was sent.</param>
    private void Trouble(string? what, HttpClient client, bool brief, TimeSpan planned)
    {
        status.Fail();
        connection.Replace(client);
        Again(brief, planned, _trouble.Next());
        if (what is null || what == _lastTrouble) return;
        _lastTrouble = what;
        Log.Trouble(logger, what);
    }

    /// <summary>The next report goes out after so long. It is a whole one: whoever answers it may know nothing.</summary>
    private void Again(bool brief, TimeSpan planned, TimeSpan after)
    {
        if (brief) _schedule.Sent(after);
        else _schedule.Plan(planned, after);
    }

    private static UpstreamSignal[] Bounded(UpstreamSignal[] signals) => signals.Length <= 512 ? signals : signals[^512..];

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The operator cannot be told and its leases are not renewed: {What}. Requests are served on with the leases at hand, later with their fallbacks.")]
        public static partial void Trouble(ILogger logger, string what);

        [LoggerMessage(2, LogLevel.Information, "The operator answers again")]
        public static partial void Well(ILogger logger);
    }
}
