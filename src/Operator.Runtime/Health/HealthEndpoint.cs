using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Operator.Runtime.Health;

/// <summary>Serves <c>/healthz</c> and <c>/readyz</c>, and each check below them.</summary>
internal sealed partial class HealthEndpoint(
    IEnumerable<HealthCheck> checks, HealthOptions options, TimeProvider clock, ILogger<HealthEndpoint> logger)
{
    private readonly HealthCheck[] _checks =
    [
        new(HealthProbe.Health, "ping", _ => ValueTask.FromResult(HealthResult.Healthy())),
        new(HealthProbe.Ready, "ping", _ => ValueTask.FromResult(HealthResult.Healthy())),
        .. checks,
    ];

    private readonly ConcurrentDictionary<HealthCheck, bool> _wasHealthy = new();

    /// <summary>Serves one HTTP request.</summary>
    public async Task ServeAsync(HttpContext http)
    {
        var path = (http.Request.Path.Value ?? "").Trim('/').Split('/', 2);
        HealthProbe? probe = path[0] switch { "healthz" => HealthProbe.Health, "readyz" => HealthProbe.Ready, _ => null };
        var name = path.Length > 1 ? path[1] : null;
        HealthCheck[] asked = [.. _checks.Where(check => check.Probe == probe && (name is null || check.Name == name))];
        if (asked.Length == 0)
        {
            await AnswerAsync(http, 404, "404 page not found\n");
            return;
        }

        if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method))
        {
            await AnswerAsync(http, 405, "only GET and HEAD\n");
            return;
        }

        var excluded = http.Request.Query["exclude"].OfType<string>().ToHashSet(StringComparer.Ordinal);
        var outcomes = await Task.WhenAll(asked.Select(check => RunAsync(check, excluded.Contains(check.Name), http.RequestAborted)));
        string[] unknown = [.. excluded.Where(other => !asked.Any(check => check.Name == other))];
        var report = HealthReport.Write(path[0], outcomes, unknown, http.Request.Query.ContainsKey("verbose"));
        await AnswerAsync(http, HealthReport.Passed(outcomes) ? 200 : 500, report);
    }

    private async Task<HealthOutcome> RunAsync(HealthCheck check, bool excluded, CancellationToken cancellationToken)
    {
        if (excluded) return new HealthOutcome(check.Name, HealthResult.Healthy(), Excluded: true);
        HealthResult result;
        using var timeout = new CancellationTokenSource(options.CheckTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            result = await check.Check(either.Token).AsTask().WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            result = HealthResult.Unhealthy($"no answer within {options.CheckTimeout.TotalSeconds:0.###} s");
        }
        catch (Exception error)
        {
            // Exceptions may carry what is nobody's business; the log has them.
            Log.Threw(logger, check.Probe, check.Name, error);
            result = HealthResult.Unhealthy("reason withheld");
        }

        Note(check, result);
        return new HealthOutcome(check.Name, result);
    }

    private void Note(HealthCheck check, HealthResult result)
    {
        var before = _wasHealthy.GetOrAdd(check, true);
        if (before == result.IsHealthy || !_wasHealthy.TryUpdate(check, result.IsHealthy, before)) return;
        if (result.IsHealthy) Log.Recovered(logger, check.Probe, check.Name);
        else Log.Failed(logger, check.Probe, check.Name, result.Description);
    }

    private static async Task AnswerAsync(HttpContext http, int code, string text)
    {
        http.Response.StatusCode = code;
        http.Response.ContentType = "text/plain; charset=utf-8";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers.CacheControl = "no-cache, private";
        if (!HttpMethods.IsHead(http.Request.Method)) await http.Response.WriteAsync(text, http.RequestAborted);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Probe} check {Check} fails: {Reason}")]
        public static partial void Failed(ILogger logger, HealthProbe probe, string check, string? reason);

        [LoggerMessage(2, LogLevel.Information, "{Probe} check {Check} passes again")]
        public static partial void Recovered(ILogger logger, HealthProbe probe, string check);

        [LoggerMessage(3, LogLevel.Error, "{Probe} check {Check} threw")]
        public static partial void Threw(ILogger logger, HealthProbe probe, string check, Exception error);
    }
}
