using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;

namespace Operator.Runtime.Events;

/// <summary>Writes events to the API, trying again a bounded number of times.</summary>
internal sealed partial class EventWriter(
    IKubernetesClient client, string controller, string instance, EventOptions options, EventMetrics metrics, TimeProvider clock,
    Func<double> random, ILogger<EventWriter> logger)
{
    /// <summary>Writes one event.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task WriteAsync(EventWrite write, CancellationToken cancellationToken)
    {
        var creating = write.IsNew;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (creating) await client.CreateAsync(Build(write), null, cancellationToken);
                else await client.PatchAsync<EventsV1Event>(write.Name, write.Event.Namespace, SeriesPatch(write), null, cancellationToken);
                metrics.Written(creating);
                return;
            }
            catch (Exception error)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var failure = EventFailures.Of(error, creating);
                if (failure == EventFailure.AlreadyDone) return;
                if (failure == EventFailure.Gone)
                {
                    creating = true;
                    continue;
                }

                if (failure == EventFailure.Drop || attempt >= options.MaxAttempts)
                {
                    metrics.Dropped(failure == EventFailure.Drop ? "refused" : "failed");
                    Log.Dropped(logger, write.Event.Reason, write.Event.Regarding.Kind, write.Event.Namespace, write.Event.Regarding.Name, attempt, error);
                    return;
                }

                await Task.Delay(EventFailures.Delay(attempt, error, random()), clock, cancellationToken);
            }
        }
    }

    private static KubernetesPatch SeriesPatch(EventWrite write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteStartObject("series");
        json.WriteNumber("count", write.Count);
        json.WriteString(
            "lastObservedTime", write.LastObserved.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return new KubernetesPatch(PatchType.Merge, buffer.WrittenMemory);
    }

    private EventsV1Event Build(EventWrite write) => new()
    {
        Metadata = new V1ObjectMeta { Name = write.Name, NamespaceProperty = write.Event.Namespace },
        EventTime = write.Event.At,
        Series = write.IsNew ? null : new EventsV1EventSeries { Count = write.Count, LastObservedTime = write.LastObserved },
        ReportingController = controller,
        ReportingInstance = instance,
        Type = write.Event.Type.ToString(),
        Reason = write.Event.Reason,
        Action = write.Event.Action,
        Note = write.Event.Note,
        Regarding = write.Event.Regarding,
        Related = write.Event.Related,
    };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Event {Reason} about {Kind} {Namespace}/{Name} is dropped after {Attempts} tries")]
        public static partial void Dropped(ILogger logger, string reason, string? kind, string @namespace, string? name, int attempts, Exception error);
    }
}
