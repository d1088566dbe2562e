using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Operator.Runtime.Admission.Review;

namespace Operator.Runtime.Admission;

/// <summary>
/// The HTTP side of admission. A review that can be read is always answered by a review with status 200; only what is no review
/// at all gets an HTTP error, which the API server treats by the webhook's failure policy.
/// </summary>
internal sealed partial class AdmissionEndpoint(
    IEnumerable<IAdmissionHandler> handlers, AdmissionOptions options, AdmissionMetrics metrics, TimeProvider clock,
    ILogger<AdmissionEndpoint> logger)
{
    private readonly Dictionary<string, IAdmissionHandler> _handlers = handlers.ToDictionary(handler => handler.Path, StringComparer.Ordinal);

    /// <summary>Serves one HTTP request.</summary>
    public async Task ServeAsync(HttpContext http)
    {
        if (!_handlers.TryGetValue(http.Request.Path.Value ?? "", out var handler))
        {
            await ErrorAsync(http, 404, $"there is no webhook at {http.Request.Path}");
            return;
        }

        var start = clock.GetTimestamp();
        var code = StatusCodes.Status500InternalServerError;
        metrics.Started(handler.Path);
        try
        {
            code = await ServeAsync(http, handler);
        }
        finally
        {
            metrics.Ended(handler.Path, code, clock.GetElapsedTime(start));
        }
    }

    private async Task<int> ServeAsync(HttpContext http, IAdmissionHandler handler)
    {
        if (!HttpMethods.IsPost(http.Request.Method)) return await ErrorAsync(http, 405, "reviews are sent with POST");
        if (!IsJson(http.Request.ContentType))
            return await ErrorAsync(http, 415, $"the content type is \"{http.Request.ContentType}\", expected application/json");

        AdmissionRequest request;
        AdmissionResponse response;
        try
        {
            if (await ReadAsync(http) is not { } body)
                return await ErrorAsync(http, 413, $"the review is larger than {options.MaxBodyBytes} bytes");
            request = AdmissionReviewReader.Read(body);
            response = await AnswerAsync(handler, request, http);
        }
        catch (MalformedReviewException error)
        {
            return await ErrorAsync(http, 400, error.Message);
        }
        catch (BadHttpRequestException error)
        {
            return await ErrorAsync(http, error.StatusCode, error.Message);
        }

        http.Response.ContentType = "application/json";
        await http.Response.Body.WriteAsync(response.ToReview(request.Uid), http.RequestAborted);
        return 200;
    }

    private async Task<AdmissionResponse> AnswerAsync(IAdmissionHandler handler, AdmissionRequest request, HttpContext http)
    {
        var time = ReviewTimeout.Parse(http.Request.Query["timeout"], options.DefaultTimeout);
        using var timeout = new CancellationTokenSource(time, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, http.RequestAborted);
        Task<AdmissionResponse>? answer = null;
        try
        {
            answer = handler.HandleAsync(request, either.Token);
            // A webhook that does not listen to its token still gets an answer in time.
            return await answer.WaitAsync(either.Token);
        }
        catch (MalformedReviewException)
        {
            throw;
        }
        catch (UnfitObjectException error)
        {
            return AdmissionResponse.Refuse(422, error.Message) with { Causes = [error.Cause] };
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            Log.TimedOut(logger, handler.Path, request.Uid, time);
            _ = answer?.ContinueWith(
                late => Log.FailedLate(logger, handler.Path, request.Uid, late.Exception!.InnerException!), CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            return AdmissionResponse.Refuse(504, $"webhook {handler.Path} did not decide within {time.TotalSeconds:0.###} s");
        }
        catch (Exception error)
        {
            metrics.Panicked(handler.Path);
            Log.Failed(logger, handler.Path, request.Uid, error);
            return AdmissionResponse.Refuse(500, $"webhook {handler.Path} failed with an internal error; the operator's log has it under {request.Uid}");
        }
    }

    private async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContext http)
    {
        if (http.Request.ContentLength > options.MaxBodyBytes) return null;
        var body = new ArrayBufferWriter<byte>(Math.Max(256, (int)(http.Request.ContentLength ?? 4096)));
        while (true)
        {
            var read = await http.Request.Body.ReadAsync(body.GetMemory(4096), http.RequestAborted);
            if (read == 0) return body.WrittenMemory;
            body.Advance(read);
            if (body.WrittenCount > options.MaxBodyBytes) return null;
        }
    }

    private static bool IsJson(string? contentType)
    {
        var type = contentType.AsSpan();
        if (type.IndexOf(';') is var end and >= 0) type = type[..end];
        return type.Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<int> ErrorAsync(HttpContext http, int code, string message)
    {
        http.Response.StatusCode = code;
        http.Response.ContentType = "text/plain; charset=utf-8";
        await http.Response.WriteAsync(message + "\n", http.RequestAborted);
        return code;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Webhook {Path} failed on review {Uid}")]
        public static partial void Failed(ILogger logger, string path, string uid, Exception error);

        [LoggerMessage(2, LogLevel.Warning, "Webhook {Path} did not decide on review {Uid} within {Timeout}")]
        public static partial void TimedOut(ILogger logger, string path, string uid, TimeSpan timeout);

        [LoggerMessage(3, LogLevel.Warning, "Webhook {Path} failed on review {Uid} after its time was over")]
        public static partial void FailedLate(ILogger logger, string path, string uid, Exception error);
    }
}
