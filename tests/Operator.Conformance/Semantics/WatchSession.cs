using System.Text.Json.Nodes;

namespace Operator.Conformance.Semantics;

/// <summary>One event of a watch.</summary>
public sealed record WatchedEvent(string Type, JsonObject Object)
{
    public string Name => (string?)Object["metadata"]?["name"] ?? "";

    public long Version => long.Parse((string)Object["metadata"]!["resourceVersion"]!, System.Globalization.CultureInfo.InvariantCulture);

    public override string ToString() => $"{Type} {Name}";
}

/// <summary>An open watch that is read event by event.</summary>
public sealed class WatchSession : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly HttpRequestMessage _request;
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _reader;

    private WatchSession(HttpRequestMessage request, HttpResponseMessage response, StreamReader reader)
    {
        _request = request;
        _response = response;
        _reader = reader;
    }

    public int Status => (int)_response.StatusCode;

    public static async Task<WatchSession> OpenAsync(HttpRequestMessage request, HttpResponseMessage response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return new WatchSession(request, response, new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)));
    }

    /// <summary>The next event, or null when the server has closed the watch.</summary>
    public async Task<WatchedEvent?> NextAsync()
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Limit);
        string? line;
        try
        {
            line = await _reader.ReadLineAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The watch sent nothing for {Limit.TotalSeconds} s.");
        }
        if (string.IsNullOrEmpty(line)) return null;
        var entry = JsonNode.Parse(line)!.AsObject();
        return entry["type"] is { } type
            ? new WatchedEvent((string)type!, entry["object"]!.DeepClone().AsObject())
            : throw new InvalidDataException($"The watch sent something that is no event: {line}");
    }

    /// <summary>The next event, which must be of this type and of this object.</summary>
    public async Task<WatchedEvent> NextAsync(string type, string name)
    {
        var next = await NextAsync();
        Assert.Equal($"{type} {name}", next?.ToString() ?? "the end of the watch");
        return next!;
    }

    /// <summary>All events until the server closes the watch.</summary>
    public async Task<IReadOnlyList<WatchedEvent>> RestAsync()
    {
        var events = new List<WatchedEvent>();
        while (await NextAsync() is { } next) events.Add(next);
        return events;
    }

    public void Dispose()
    {
        _reader.Dispose();
        _response.Dispose();
        _request.Dispose();
    }
}
