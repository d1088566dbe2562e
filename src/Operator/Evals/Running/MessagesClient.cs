using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Operator.Contract;

namespace Operator.Evals.Running;

/// <summary>How a <see cref="MessagesClient"/> calls.</summary>
internal sealed record MessagesClientOptions
{
    /// <summary>Where: usually the limiter beside the runner.</summary>
    public required Uri BaseUrl { get; init; }

    /// <summary>The key; a limiter puts in the real one.</summary>
    public string ApiKey { get; init; } = "";

    /// <summary>The deployment that calls belong to.</summary>
    public required string Deployment { get; init; }

    /// <summary>
    /// Whether an answer counts only when it names the revision that was asked for. Without a limiter nothing names one; then this is
    /// for tries by hand.
    /// </summary>
    public bool VerifiesRevision { get; init; } = true;

    /// <summary>How long the limiter may take to start and to learn the revision.</summary>
    public TimeSpan Startup { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How long one call may take.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromMinutes(10);
}

/// <summary>How a request ended: with a reply, refused, or in a way that ends the run.</summary>
/// <param name="Reply">The reply.</param>
/// <param name="Tries">How many calls it took.</param>
/// <param name="RequestId">The API's name of the last call.</param>
/// <param name="Rejection">Why the API refuses the request; null unless it does.</param>
/// <param name="Halt">Why no request can succeed; null unless so.</param>
internal sealed record MessageOutcome(MessageReply? Reply, int Tries, string? RequestId, string? Rejection = null, string? Halt = null);

/// <summary>A small client of the Messages API, for work that can wait.</summary>
/// <param name="http">Its handler must not follow redirects.</param>
/// <param name="options">How to call.</param>
/// <param name="time">The clock.</param>
/// <param name="random">Spreads retries; used under a lock.</param>
internal sealed class MessagesClient(HttpClient http, MessagesClientOptions options, TimeProvider time, Random random)
{
    private const string Version = "2023-06-01";
    private readonly Uri _endpoint = new(options.BaseUrl.AbsoluteUri.TrimEnd('/') + "/v1/messages");
    private readonly DateTimeOffset _started = time.GetUtcNow();

    /// <summary>Sends a request until it has an answer, is refused, or cannot succeed.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<MessageOutcome> SendAsync(MessageRequest request, CancellationToken cancellationToken)
    {
        var body = request.ToBody();
        var failures = 0;
        for (var tries = 1; ; tries++)
        {
            var (reply, failure, requestId) = await CallAsync(request, body, tries, cancellationToken);
            if (reply is not null) return Verified(request, reply.Value, tries, requestId);
            if (failure!.Status != 429) failures++;
            var decision = CallDecision.Of(failure, failures, tries, time.GetUtcNow() - _started < options.Startup, NextRandom());
            switch (decision.Action)
            {
                case CallAction.Retry:
                    await Task.Delay(decision.Delay, time, cancellationToken);
                    break;
                case CallAction.Rejected:
                    return new MessageOutcome(null, tries, requestId, Rejection: failure.ToString());
                default:
                    return new MessageOutcome(null, tries, requestId, Halt: $"{failure} after {tries} {(tries == 1 ? "try" : "tries")}");
            }
        }
    }

    private MessageOutcome Verified(MessageRequest request, (MessageReply Reply, string? Revision) answer, int tries, string? requestId) =>
        !options.VerifiesRevision || request.Revision == RequestHeaders.NoRevision || answer.Revision == request.Revision
            ? new MessageOutcome(answer.Reply, tries, requestId)
            : new MessageOutcome(null, tries, requestId, Halt:
                $"the answer does not come from the revision under test ({RequestHeaders.Revision} is "
                + $"{(answer.Revision is null ? "missing" : "another")}): is the limiter beside the runner?");

    private async Task<((MessageReply, string?)? Reply, CallFailure? Failure, string? RequestId)> CallAsync(
        MessageRequest request, byte[] body, int tries, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.CallTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            using var message = Message(request, body, tries);
            using var response = await http.SendAsync(message, either.Token);
            var bytes = await response.Content.ReadAsByteArrayAsync(either.Token);
            var requestId = First(response.Headers, "request-id");
            if (!response.IsSuccessStatusCode) return (null, Failure(response, bytes), requestId);
            var reply = JsonSerializer.Deserialize(bytes, MessagesJsonContext.Default.MessageReply);
            return reply?.Content is null
                ? (null, new CallFailure(502, "unreadable_answer"), requestId)
                : ((reply, First(response.Headers, RequestHeaders.Revision)), null, requestId);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, new CallFailure(null), null);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return (null, new CallFailure(null), null);
        }
        catch (JsonException)
        {
            return (null, new CallFailure(502, "unreadable_answer"), null);
        }
    }

    private HttpRequestMessage Message(MessageRequest request, byte[] body, int tries)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, _endpoint) { Content = new ByteArrayContent(body) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        message.Headers.Add("anthropic-version", Version);
        if (options.ApiKey.Length > 0) message.Headers.TryAddWithoutValidation("x-api-key", options.ApiKey);
        message.Headers.Add(RequestHeaders.Deployment, options.Deployment);
        message.Headers.Add(RequestHeaders.Revision, request.Revision);
        message.Headers.Add(RequestHeaders.Lane, "bulk");
        message.Headers.Add("x-stainless-retry-count", (tries - 1).ToString(CultureInfo.InvariantCulture));
        return message;
    }

    private CallFailure Failure(HttpResponseMessage response, byte[] bytes)
    {
        ErrorBody? error = null;
        try
        {
            error = JsonSerializer.Deserialize(bytes, MessagesJsonContext.Default.ErrorReply)?.Error;
        }
        catch (JsonException)
        {
            // What stands in front of the API answers in its own form; the status says enough.
        }
        return new CallFailure(
            (int)response.StatusCode, error?.Type, error?.Details?.ErrorCode,
            IsOwnSpendLimit: error?.Message is { } text
                && (text.StartsWith("You have reached your specified API usage limits", StringComparison.Ordinal)
                    || text.StartsWith("You have reached your specified workspace API usage limits", StringComparison.Ordinal)),
            RetryAfter(response),
            First(response.Headers, "x-should-retry") switch { "true" => true, "false" => false, _ => null });
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        static TimeSpan? From(string? text, double unit) =>
            double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value * unit is >= 0 and < 1e6
                ? TimeSpan.FromSeconds(value * unit)
                : null;
        return From(First(response.Headers, "retry-after-ms"), 0.001)
            ?? From(First(response.Headers, "retry-after"), 1)
            ?? (response.Headers.RetryAfter?.Date is { } date && date > time.GetUtcNow() ? date - time.GetUtcNow() : null);
    }

    private static string? First(HttpResponseHeaders headers, string name) => headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    private double NextRandom()
    {
        lock (random) return random.NextDouble();
    }
}
