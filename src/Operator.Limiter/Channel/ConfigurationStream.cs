using System.Net.ServerSentEvents;
using Microsoft.Extensions.Logging;
using Operator.Contract;
using Operator.Limiter.Hosting;

namespace Operator.Limiter.Channel;

/// <summary>Follows the operator's stream of configurations; whatever breaks it, it is opened again. What was applied stays.</summary>
internal sealed partial class ConfigurationStream(LimiterState state, OperatorConnection connection, ChannelStatus status, ILogger logger)
{
    private readonly Backoff _trouble = new(TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(5), state.Random.NextDouble);
    private readonly Backoff _followers = new(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1), state.Random.NextDouble);
    private readonly ConfigurationEvents _events = new(state, logger);
    private string? _lastTrouble;

    /// <summary>Follows until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (true) await Task.Delay(await OnceAsync(cancellation).ConfigureAwait(false), state.Time, cancellation).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever a connection does while the channel ends: it ends.
        catch (Exception) when (cancellation.IsCancellationRequested)
        {
        }
#pragma warning restore CA1031
    }

    /// <summary>Follows one stream to its end.</summary>
    /// <returns>How long to wait before the next.</returns>
    private async Task<TimeSpan> OnceAsync(CancellationToken cancellation)
    {
        var client = connection.Current;
        try
        {
            using var opening = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            using var patience = state.Time.CreateTimer(static o => ((CancellationTokenSource)o!).Cancel(), opening, ChannelProtocol.AnswerAge, Timeout.InfiniteTimeSpan);
            using var request = connection.Stream();
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, opening.Token).ConfigureAwait(false);
            patience.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            if (response.Headers.Contains(ChannelProtocol.FollowerHeader))
            {
                status.Follower();
                connection.Replace(client);
                return _followers.Next();
            }
            if (!response.IsSuccessStatusCode) return Trouble($"it answered {(int)response.StatusCode}", client);
            var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                var watched = new WatchedStream(stream, ChannelProtocol.Heartbeat * 3, state.Time);
                await foreach (var item in SseParser.Create(watched, static (_, data) => data.ToArray()).EnumerateAsync(cancellation).ConfigureAwait(false))
                {
                    if (_events.Take(item) is { } why) return Trouble(why, client);
                    status.Streaming = true;
                    _trouble.Reset();
                    _followers.Reset();
                    if (_lastTrouble is not null) Log.Well(logger);
                    _lastTrouble = null;
                }
            }
            return Trouble("it ended the stream", client);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested
            && e is HttpRequestException or IOException or OperationCanceledException or TimeoutException or ObjectDisposedException)
        {
            // What the reports found out of the same connection is one trouble, not two.
            if (!ReferenceEquals(connection.Current, client)) return Trouble(_lastTrouble, client);
            return Trouble(e is OperationCanceledException ? "it did not answer in time" : e.Message, client);
        }
#pragma warning disable CA1031 // Whatever an operator sends: its stream is followed again.
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            return Trouble($"its event cannot be taken: {e.GetType().Name}", client);
        }
#pragma warning restore CA1031
        finally
        {
            status.Streaming = false;
        }
    }

    /// <param name="what">What it is; null for what the next try will show.</param>
    /// <param name="client">The connection that had it.</param>
    private TimeSpan Trouble(string? what, HttpClient client)
    {
        connection.Replace(client);
        if (what is not null && what != _lastTrouble) Log.Trouble(logger, what);
        _lastTrouble = what;
        return _trouble.Next();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The operator's stream of configurations cannot be followed: {What}. The configuration at hand is served on; mounted files are followed.")]
        public static partial void Trouble(ILogger logger, string what);

        [LoggerMessage(2, LogLevel.Information, "The operator's stream of configurations is followed again")]
        public static partial void Well(ILogger logger);
    }
}
