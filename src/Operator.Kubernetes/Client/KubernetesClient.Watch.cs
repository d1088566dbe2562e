using System.Runtime.CompilerServices;
using System.Text.Json;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Serialization;

namespace Operator.Kubernetes;

public sealed partial class KubernetesClient
{
    /// <summary>Follows one watch connection to its end.</summary>
    /// <param name="request">The watch.</param>
    /// <param name="lifetime">When a stream that the server should have closed is given up; null for never.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    private async IAsyncEnumerable<WatchEvent<T>> StreamAsync<T>(
        ApiRequest request, TimeSpan? lifetime, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        using var response = await _transport.OpenAsync(request, cancellationToken).ConfigureAwait(false);
        using var deadline = new CancellationTokenSource(lifetime ?? Timeout.InfiniteTimeSpan, _options.TimeProvider);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            using var buffer = new ReadBuffer(body, _options.MaxObjectBytes, initial: 4096);
            var scanner = new JsonFrameScanner();
            var scanned = 0;
            while (true)
            {
                int end;
                while ((end = scanner.Scan(buffer.Span[scanned..])) >= 0)
                {
                    var length = scanned + end;
                    var watchEvent = Guard(() => WatchFrame.Parse<T>(buffer.Span[..length], Json));
                    buffer.Consume(length);
                    scanned = 0;
                    yield return watchEvent;
                }
                scanned = buffer.Length;
                if (!await GuardAsync(() => buffer.ReadAsync(linked.Token)).ConfigureAwait(false)) break;
            }
            // What is left may be the newline after the last event; half an event is a broken connection, not a clean end.
            if (scanner.IsInside || !buffer.Span.Trim("\r\n\t "u8).IsEmpty)
                throw Guarded(new HttpIOException(HttpRequestError.ResponseEnded, "the watch ended inside of an event"));
        }

        TResult Guard<TResult>(Func<TResult> step)
        {
            try
            {
                return step();
            }
            catch (Exception error) when (_transport.Translate(error, request, deadline.Token, cancellationToken) is { } translated)
            {
                throw translated;
            }
        }

        async ValueTask<TResult> GuardAsync<TResult>(Func<ValueTask<TResult>> step)
        {
            try
            {
                return await step().ConfigureAwait(false);
            }
            catch (Exception error) when (_transport.Translate(error, request, deadline.Token, cancellationToken) is { } translated)
            {
                throw translated;
            }
        }

        Exception Guarded(Exception error) => _transport.Translate(error, request, deadline.Token, cancellationToken) ?? error;
    }
}
