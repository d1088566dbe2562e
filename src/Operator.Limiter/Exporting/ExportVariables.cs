namespace Operator.Limiter.Exporting;

/// <summary>What OpenTelemetry's standard variables ask to be exported.</summary>
/// <param name="Variable">Reads a variable; null for one that is not set.</param>
/// <param name="Traces">Whether spans are exported.</param>
/// <param name="Metrics">Whether metrics are exported.</param>
internal sealed record ExportVariables(Func<string, string?> Variable, bool Traces, bool Metrics)
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Reads what is asked for.</summary>
    /// <returns>Null when nothing is: then nothing of the exporter is loaded.</returns>
    public static ExportVariables? Read(Func<string, string?> variable)
    {
        if (string.Equals(variable("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase)) return null;
        var traces = Asked("TRACES");
        var metrics = Asked("METRICS");
        return traces || metrics ? new ExportVariables(variable, traces, metrics) : null;

        bool Asked(string signal) =>
            (IsSet(variable(Endpoint)) || IsSet(variable($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"))) && Exports(variable($"OTEL_{signal}_EXPORTER"));
    }

    private static bool IsSet(string? value) => !string.IsNullOrWhiteSpace(value);

    /// <summary>A list of exporters; the limiter has one.</summary>
    private static bool Exports(string? exporters) =>
        !IsSet(exporters) || exporters!.Split(',', StringSplitOptions.TrimEntries).Contains("otlp", StringComparer.OrdinalIgnoreCase);
}
