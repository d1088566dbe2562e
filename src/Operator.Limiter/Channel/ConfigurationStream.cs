using System.Net.ServerSentEvents;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Operator.Contract;
using Operator.Limiter.Configuration;
using Operator.Limiter.Hosting;

namespace Operator.Limiter.Channel;

/// <summary>Follows the operator's stream of configurations; whatever breaks it, it is opened again. What was applied stays.</summary>
internal sealed partial class ConfigurationStream(LimiterState state, OperatorConnection connection, ChannelStatus status, ILogger logger)
{
    private const string Source = "operator";
    private readonly Backoff _trouble = new(TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(5), state.Random.NextDouble);
    private readonly Backoff _followers = new(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1), state.Random.NextDouble);
    private readonly Dictionary<string, string> _told = new(StringComparer.Ordinal);
    private long _epoch;
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
                    if (Take(item) is { } why) return Trouble(why, client);
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

    /// <summary>Takes an event.</summary>
    /// <returns>Why the stream is not to be followed; null when it is.</returns>
    private string? Take(SseItem<byte[]> item)
    {
        try
        {
            switch (item.EventType)
            {
                case ChannelProtocol.ConfigurationEvent:
                    return Configure(item);
                case ChannelProtocol.LeasesEvent:
                    Freeze(item.Data);
                    return null;
                default:
                    // Of a later version: not for this one.
                    return null;
            }
        }
        catch (JsonException e)
        {
            state.Configuration.Refuse(Source, new ConfigurationError(e.Path ?? "$", "is no event of the operator's stream"));
            return null;
        }
    }

    private string? Configure(SseItem<byte[]> item)
    {
        if (item.EventId is { Length: > 0 } digest && digest != Convert.ToHexStringLower(SHA256.HashData(item.Data)))
        {
            state.Configuration.Refuse(Source, new ConfigurationError("$", "is torn: its digest is another one"));
            return "a configuration arrived torn";
        }
        LimiterConfiguration configuration;
        try
        {
            configuration = JsonSerializer.Deserialize(item.Data, ContractJsonContext.Default.LimiterConfiguration) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            return ConfigureEach(item.Data, e);
        }
        if (IsOver(configuration.Epoch) is { } over) return over;
        var sent = new HashSet<string>(StringComparer.Ordinal);
        foreach (var deployment in configuration.Deployments ?? throw new JsonException("the deployments are null"))
        {
            if (deployment is null) throw new JsonException("a deployment is null");
            var source = SourceOf(deployment.Name, sent);
            Tell(deployment.Name, state.Configuration.Apply(source, deployment));
        }
        Forget(sent);
        return null;
    }

    /// <summary>Takes each document by itself: one that cannot be read, of a later version perhaps, keeps no other deployment from its own.</summary>
    private string? ConfigureEach(byte[] data, JsonException whole)
    {
        using var document = JsonDocument.Parse(data);
        if (document.RootElement is not { ValueKind: JsonValueKind.Object } root
            || !root.TryGetProperty("epoch", out var epoch) || epoch.ValueKind != JsonValueKind.Number || !epoch.TryGetInt64(out var number)
            || !root.TryGetProperty("deployments", out var deployments) || deployments.ValueKind != JsonValueKind.Array) throw whole;
        if (IsOver(number) is { } over) return over;
        var sent = new HashSet<string>(StringComparer.Ordinal);
        foreach (var deployment in deployments.EnumerateArray())
        {
            var text = JsonMarshal.GetRawUtf8Value(deployment);
            var name = DocumentIdentity.Of(text).Deployment?.Split('/')[^1];
            Tell(name, state.Configuration.Apply(SourceOf(name, sent), text));
        }
        Forget(sent);
        return null;
    }

    private static string SourceOf(string? deployment, HashSet<string> sent)
    {
        var source = $"{Source}/{deployment}";
        sent.Add(source);
        return source;
    }

    /// <summary>What was refused is told as long as it is sent: torn events are over with a good one, and so is what is withdrawn.</summary>
    private void Forget(HashSet<string> sent) =>
        state.Configuration.Forget(s => (s == Source || s.StartsWith(Source + "/", StringComparison.Ordinal)) && !sent.Contains(s));

    /// <summary>Why an epoch is not followed; null when it is, from now.</summary>
    private string? IsOver(long epoch)
    {
        if (epoch < Math.Max(_epoch, state.Leases.Epoch)) return $"it speaks for epoch {epoch}, which is over";
        _epoch = epoch;
        return null;
    }

    /// <summary>Says each reason once, not with each stream.</summary>
    private void Tell(string? deployment, RefusedConfiguration? refused)
    {
        var name = deployment ?? "";
        if (refused is null) _told.Remove(name);
        else if (_told.GetValueOrDefault(name) != refused.Because) Log.Refused(logger, name, _told[name] = refused.Because);
    }

    private void Freeze(byte[] data)
    {
        var answer = JsonSerializer.Deserialize(data, ContractJsonContext.Default.ReportAnswer) ?? throw new JsonException("null");
        foreach (var lease in answer.Leases ?? throw new JsonException("the leases are null")) state.Leases.Freeze(lease, answer.At);
        foreach (var group in state.Groups) group.Poke();
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

        [LoggerMessage(3, LogLevel.Warning, "The operator's configuration of {Deployment} is refused, the last good one stays: {Because}")]
        public static partial void Refused(ILogger logger, string deployment, string because);
    }
}
