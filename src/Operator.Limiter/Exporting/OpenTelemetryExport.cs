using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Operator.Limiter.Hosting;
using Operator.Limiter.Telemetry;

namespace Operator.Limiter.Exporting;

/// <summary>Exports by OTLP. All settings are OpenTelemetry's standard variables, read by its SDK.</summary>
internal sealed class OpenTelemetryExport : CallExport
{
    /// <summary>The scope of spans and metrics.</summary>
    public const string Scope = "claude-limiter";

    /// <summary>How long a stop waits for a collector that does not answer.</summary>
    private const int StopMilliseconds = 2_000;

    private readonly OpenTelemetrySdk _sdk;
    private readonly CallSpans? _spans;
    private readonly CallMetrics? _metrics;
    private readonly ExportFaults _faults;

    /// <summary>Starts.</summary>
    public OpenTelemetryExport(LimiterState state, ExportVariables asked, ILogger logger)
    {
        _faults = new ExportFaults(logger, state.Time);
        var version = typeof(OpenTelemetryExport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        try
        {
            _spans = asked.Traces ? new CallSpans(state, version) : null;
            _metrics = asked.Metrics ? new CallMetrics(state, version) : null;
            _sdk = OpenTelemetrySdk.Create(builder =>
            {
                builder.Services.AddSingleton<IConfiguration>(new ConfigurationRoot([new VariableProvider(asked.Variable)]));
                builder.ConfigureResource(r => Describe(r, state.Options, version));
                if (asked.Traces) builder.WithTracing(t => t.AddSource(Scope));
                if (asked.Metrics) builder.WithMetrics(m => m.AddMeter(Scope));
                builder.UseOtlpExporter();
            });
        }
        catch
        {
            _spans?.Dispose();
            _metrics?.Dispose();
            _faults.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public override void Add(CallRecord call, IHeaderDictionary headers)
    {
        _spans?.Add(call, headers);
        _metrics?.Add(call);
    }

    /// <inheritdoc />
    public override async ValueTask DisposeAsync()
    {
        await Task.WhenAll(
            Task.Run(() => _sdk.TracerProvider.Shutdown(StopMilliseconds)), Task.Run(() => _sdk.MeterProvider.Shutdown(StopMilliseconds))).ConfigureAwait(false);
        _spans?.Dispose();
        _metrics?.Dispose();
        _sdk.Dispose();
        _faults.Dispose();
    }

    /// <summary>Who tells; what the variables say of it holds.</summary>
    private static void Describe(ResourceBuilder resource, LimiterOptions options, string? version)
    {
        resource.Clear();
        var attributes = new Dictionary<string, object> { ["service.name"] = Scope };
        if (version is not null) attributes["service.version"] = version;
        if (options.PodNamespace is { } space) attributes["k8s.namespace.name"] = space;
        if (options.PodName is { } pod) attributes["k8s.pod.name"] = attributes["service.instance.id"] = pod;
        resource.AddTelemetrySdk().AddAttributes(attributes).AddEnvironmentVariableDetector();
    }

    /// <summary>The variables as the SDK looks for them.</summary>
    private sealed class VariableProvider(Func<string, string?> variable) : ConfigurationProvider
    {
        public override bool TryGet(string key, out string? value) => (value = variable(key)) is { Length: > 0 };
    }
}
