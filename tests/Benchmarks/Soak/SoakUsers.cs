using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;

namespace Benchmarks.Soak;

/// <summary>Users who ask at a steady rate, half of them for streams; some leave in the middle, and nobody waits longer than ten seconds.</summary>
internal sealed class SoakUsers(Uri address, int perSecond) : IDisposable
{
    private const int EachLeaves = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly byte[] Plain = Encoding.UTF8.GetBytes(Body(stream: false));
    private static readonly byte[] Stream = Encoding.UTF8.GetBytes(Body(stream: true));
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 4_096 }) { BaseAddress = address };
    private readonly ConcurrentDictionary<string, long> _ends = new(StringComparer.Ordinal);

    /// <summary>How requests ended, as their users saw it.</summary>
    public IReadOnlyDictionary<string, long> Ends => _ends;

    /// <summary>Asks for a time, then waits for the last answer.</summary>
    /// <returns>How many requests were sent.</returns>
    public async Task<long> RunAsync(TimeSpan duration)
    {
        var started = Stopwatch.GetTimestamp();
        var open = new List<Task>();
        var sent = 0L;
        for (var elapsed = TimeSpan.Zero; elapsed < duration; elapsed = Stopwatch.GetElapsedTime(started))
        {
            for (var due = (long)(elapsed.TotalSeconds * perSecond); sent < due; sent++) open.Add(AskAsync(sent % 2 == 0, sent % EachLeaves == 7));
            open.RemoveAll(t => t.IsCompletedSuccessfully);
            await Task.Delay(2);
        }
        await Task.WhenAll(open);
        return sent;
    }

    public void Dispose() => _http.Dispose();

    private async Task AskAsync(bool stream, bool leaves)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/messages") { Content = new ByteArrayContent(stream ? Stream : Plain) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("anthropic-version", "2023-06-01");
        request.Headers.Add("x-api-key", "of-the-app");
        using var patience = new CancellationTokenSource(Patience);
        var end = "answered";
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            if (leaves) end = "left";
            else
            {
                var body = await response.Content.ReadAsByteArrayAsync(patience.Token);
                if (!response.IsSuccessStatusCode) end = $"status {(int)response.StatusCode}";
                else if (stream && body.AsSpan().IndexOf("event: message_stop"u8) < 0) end = "stream with an error";
            }
        }
        catch (OperationCanceledException)
        {
            end = "gave up";
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            end = "broken";
        }
        _ends.AddOrUpdate(end, 1, static (_, n) => n + 1);
    }

    private static string Body(bool stream) =>
        $$"""{"model":"claude-sonnet-5-5","max_tokens":100,{{(stream ? "\"stream\":true," : "")}}"messages":[{"role":"user","content":"{{new string('x', 400)}} Your site has shown an error to all of us since 9:00."}]}""";
}
