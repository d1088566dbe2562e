using System.Collections.ObjectModel;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;

namespace Benchmarks.Limiter;

/// <summary>Requests as an app sends them.</summary>
/// <param name="address">Where they go to.</param>
/// <param name="headers">What they say beside what every app says; null for nothing.</param>
/// <param name="connections">How many are open at once; what is due beyond them waits here, and its waiting counts.</param>
internal sealed class Load(Uri address, IReadOnlyDictionary<string, string>? headers = null, int connections = 2_048) : IDisposable
{
    private static readonly byte[] Plain = Encoding.UTF8.GetBytes(Body(stream: false));
    private static readonly byte[] Stream = Encoding.UTF8.GetBytes(Body(stream: true));
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = connections }) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(120) };

    /// <summary>
    /// Sends at a steady rate, whatever comes back: each millisecond what is due by then. A thread of its own keeps the time: users do not wait
    /// for the cores of a proxy, and what waited for a thread of the pool would be sent in bunches. Waiting awake would take the time of the
    /// proxies.
    /// </summary>
    /// <param name="perSecond">Requests in a second.</param>
    /// <param name="leadIn">How long the rate goes on before it counts: the caches of whoever rested meanwhile are another's.</param>
    /// <param name="duration">For how long it counts.</param>
    /// <param name="stream">Whether they ask for a stream.</param>
    /// <param name="patience">How long after that answers may come; what is not answered by then is given up.</param>
    public async Task<Answers> OpenAsync(int perSecond, TimeSpan leadIn, TimeSpan duration, bool stream, TimeSpan patience)
    {
        using var end = new CancellationTokenSource(leadIn + duration + patience);
        var before = (int)(perSecond * leadIn.TotalSeconds);
        var count = before + (int)(perSecond * duration.TotalSeconds);
        var times = new double[count];
        var tasks = new Task[count];
        var answered = 0;
        async Task SendOneAsync(int index)
        {
            var at = Stopwatch.GetTimestamp();
            try
            {
                await SendAsync(stream, null, end.Token);
                Interlocked.Increment(ref answered);
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                // Given up: it counts with the time that it waited.
            }
            times[index] = Stopwatch.GetElapsedTime(at).TotalMilliseconds;
        }
        var started = Stopwatch.GetTimestamp();
        await Task.Factory.StartNew(
            () =>
            {
                for (var i = 0; i < count; Thread.Sleep(1))
                {
                    var due = Math.Min(count, (int)(Stopwatch.GetElapsedTime(started).TotalSeconds * perSecond) + 1);
                    for (; i < due; i++) tasks[i] = SendOneAsync(i);
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        await Task.WhenAll(tasks);
        var elapsed = Stopwatch.GetElapsedTime(started);
        Array.Sort(times, before, count - before);
        return new(times[before..], answered / elapsed.TotalSeconds);
    }

    /// <summary>Sends as fast as answers come, on some connections.</summary>
    /// <returns>How many were answered.</returns>
    public async Task<long> ClosedAsync(int connections, TimeSpan duration, bool stream)
    {
        var (done, started) = (0L, Stopwatch.GetTimestamp());
        await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(started) < duration)
            {
                await SendAsync(stream, null, CancellationToken.None);
                Interlocked.Increment(ref done);
            }
        })));
        return done;
    }

    /// <summary>Opens streams that stay open for a while.</summary>
    public Task[] Hold(int streams, int seconds, CancellationToken cancellation) => [.. Enumerable.Range(0, streams).Select(_ => SendAsync(true, seconds, cancellation))];

    /// <summary>Sends one request and reads its answer to the end.</summary>
    /// <exception cref="InvalidOperationException">The answer is not the upstream's.</exception>
    public async Task SendAsync(bool stream, int? hold, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/messages") { Content = new ByteArrayContent(stream ? Stream : Plain) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("anthropic-version", "2023-06-01");
        request.Headers.Add("x-api-key", "of-the-app");
        foreach (var (name, value) in headers ?? ReadOnlyDictionary<string, string>.Empty) request.Headers.Add(name, value);
        if (hold is { } seconds) request.Headers.Add(UpstreamProcess.HoldHeader, seconds.ToString(System.Globalization.CultureInfo.InvariantCulture));
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        var body = await response.Content.ReadAsByteArrayAsync(cancellation);
        if (!response.IsSuccessStatusCode || body.Length < 200) throw new InvalidOperationException($"{address} answered {(int)response.StatusCode}: {Encoding.UTF8.GetString(body)}");
    }

    public void Dispose() => _http.Dispose();

    private static string Body(bool stream) =>
        $$"""{"model":"claude-sonnet-5-5","max_tokens":100,{{(stream ? "\"stream\":true," : "")}}"messages":[{"role":"user","content":"{{new string('x', 400)}} Your site has shown an error to all of us since 9:00."}]}""";
}
