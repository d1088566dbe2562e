using System.Net.ServerSentEvents;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Operator.Contract;
using Operator.Limiter.Configuration;
using Operator.Limiter.Hosting;

namespace Operator.Limiter.Channel;

/// <summary>What the operator's stream says: configurations, and leases that are frozen. What cannot be taken is refused and told, and changes nothing.</summary>
internal sealed partial class ConfigurationEvents(LimiterState state, ILogger logger)
{
    private const string Source = "operator";
    private readonly Dictionary<string, string> _told = new(StringComparer.Ordinal);
    private long _epoch;

    /// <summary>Takes an event.</summary>
    /// <returns>Why the stream is not to be followed; null when it is.</returns>
    public string? Take(SseItem<byte[]> item)
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

    private static partial class Log
    {
        [LoggerMessage(3, LogLevel.Warning, "The operator's configuration of {Deployment} is refused, the last good one stays: {Because}")]
        public static partial void Refused(ILogger logger, string deployment, string because);
    }
}
