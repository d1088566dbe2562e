using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Benchmarks.Allocation;

namespace Benchmarks.Fairness;

/// <summary>Users of one deployment who ask its limiters at random times, by Zipf's law over the limiters.</summary>
internal sealed class SkewedLoad : IDisposable
{
    private const double Zipf = 1.2;
    private const double Sigma = 0.8;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 4_096 }) { Timeout = TimeSpan.FromMinutes(3) };
    private readonly Fleet _fleet;
    private readonly Tier _tier;
    private readonly Random _random;
    private readonly int[] _places;
    private readonly double[] _cumulative;
    private readonly List<Task> _asked = [];
    private long _answered, _refused, _failed;

    public SkewedLoad(Fleet fleet, Tier tier, int seed)
    {
        (_fleet, _tier, _random) = (fleet, tier, new Random(seed));
        _places = [.. Enumerable.Range(0, fleet.Size)];
        _cumulative = new double[fleet.Size];
        var sum = 0.0;
        for (var k = 0; k < _cumulative.Length; k++) _cumulative[k] = sum += Math.Pow(k + 1, -Zipf);
        Reshuffle();
    }

    /// <summary>Offered load against the limit of the tightest dimension.</summary>
    public double Factor { get; set; }

    /// <summary>Requests that were answered, refused for a limit, and that failed otherwise.</summary>
    public (long Answered, long Refused, long Failed) Counts => (Interlocked.Read(ref _answered), Interlocked.Read(ref _refused), Interlocked.Read(ref _failed));

    /// <summary>The limiter that gets the most.</summary>
    public int Busiest => _places[0];

    /// <summary>Gives every limiter another rank.</summary>
    public void Reshuffle()
    {
        lock (_places) _random.Shuffle(_places);
    }

    /// <summary>Asks until it is told to stop, then waits for the answers.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var started = Stopwatch.GetTimestamp();
        var next = 0.0;
        while (!stop.IsCancellationRequested)
        {
            var now = Stopwatch.GetElapsedTime(started).TotalSeconds;
            for (; next <= now; next += -Math.Log(1 - _random.NextDouble()) / (_tier.Full * Factor))
                _asked.Add(AskAsync(Place(), LogNormal(Arrivals.MeanInput), $"user-{_random.Next(5_000)}"));
            _asked.RemoveAll(t => t.IsCompletedSuccessfully);
            await Task.Delay(5, CancellationToken.None);
        }
        await Task.WhenAll(_asked);
    }

    public void Dispose() => _http.Dispose();

    private int Place()
    {
        lock (_places)
        {
            var rank = Array.BinarySearch(_cumulative, _random.NextDouble() * _cumulative[^1]);
            return _places[rank < 0 ? ~rank : rank];
        }
    }

    private async Task AskAsync(int slot, int tokens, string user)
    {
        // A Service has no endpoint for a pod that is gone: its users cannot connect.
        if (_fleet.Address(slot) is not { } address)
        {
            Interlocked.Increment(ref _failed);
            return;
        }
        // Four bytes of text are about 1.3 tokens of the mock.
        var text = new string('x', Math.Max(1, (int)(tokens * 4 / 1.3)));
        var body = string.Create(CultureInfo.InvariantCulture,
            $$"""{"model":"{{_tier.Name}}","max_tokens":16000,"stream":{{(_tier.IsStreaming ? "true" : "false")}},"messages":[{"role":"user","content":"{{text}}"}]}""");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, "/v1/messages")) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("anthropic-version", "2023-06-01");
        request.Headers.Add("x-api-key", "of-the-app");
        request.Headers.Add("x-claude-user", user);
        try
        {
            using var response = await _http.SendAsync(request);
            Interlocked.Increment(ref response.IsSuccessStatusCode ? ref _answered : ref (int)response.StatusCode == 429 ? ref _refused : ref _failed);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            Interlocked.Increment(ref _failed);
        }
    }

    private int LogNormal(double mean)
    {
        var normal = Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
        return Math.Clamp((int)Math.Round(mean * Math.Exp((Sigma * normal) - (Sigma * Sigma / 2))), 1, 64_000);
    }
}
