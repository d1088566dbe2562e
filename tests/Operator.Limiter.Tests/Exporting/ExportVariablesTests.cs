using Operator.Limiter.Exporting;

namespace Operator.Limiter.Tests.Exporting;

public class ExportVariablesTests
{
    [Theory]
    [InlineData("", false, false)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=", false, false)]
    [InlineData("OTEL_SERVICE_NAME=x OTEL_EXPORTER_OTLP_PROTOCOL=grpc", false, false)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317", true, true)]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://c:4317", true, false)]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=http://c:4317", false, true)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317 OTEL_TRACES_EXPORTER=none", false, true)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317 OTEL_METRICS_EXPORTER=none OTEL_TRACES_EXPORTER=console,OTLP", true, false)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317 OTEL_SDK_DISABLED=True", false, false)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317 OTEL_SDK_DISABLED=false", true, true)]
    public void The_standard_variables_say_what_is_exported(string variables, bool traces, bool metrics)
    {
        var set = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(v => v.Split('=')).ToDictionary(v => v[0], v => v[1]);
        var asked = ExportVariables.Read(name => set.GetValueOrDefault(name));
        Assert.Equal((traces, metrics), (asked?.Traces ?? false, asked?.Metrics ?? false));
        Assert.Equal(traces || metrics, asked is not null);
    }
}
