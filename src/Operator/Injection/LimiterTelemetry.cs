using System.Globalization;

namespace Operator.Injection;

/// <summary>
/// Where injected limiters send traces and metrics by OTLP. There are no headers here: the environment of a pod can be read by all who may
/// read the pod, so what a collector asks of its clients belongs into a collector of the cluster that passes on.
/// </summary>
public sealed record LimiterTelemetry
{
    /// <summary>What stands in <see cref="Endpoint"/> for the address of the pod's node, for a collector on every node.</summary>
    public const string NodeAddress = "$(NODE_IP)";

    private const int MostAttributes = 32;
    private const int LongestAttribute = 256;

    /// <summary>What the sidecar says of itself; nobody else may.</summary>
    private static readonly string[] Own = ["k8s.namespace.name", "k8s.pod.name", "k8s.pod.uid", "k8s.container.name", "service.instance.id"];

    /// <summary>The collector's base address, http or https; its host may be <see cref="NodeAddress"/>.</summary>
    public required string Endpoint { get; init; }

    /// <summary><c>grpc</c> or <c>http/protobuf</c>.</summary>
    public string Protocol { get; init; } = "grpc";

    /// <summary>Whether spans are sent.</summary>
    public bool Traces { get; init; } = true;

    /// <summary>Whether metrics are sent.</summary>
    public bool Metrics { get; init; } = true;

    /// <summary>The part of traces that begin at the limiter and are kept, 0 to 1; who called with a trace has decided. Null for all.</summary>
    public double? Sampling { get; init; }

    /// <summary>What every limiter says of itself besides, such as <c>k8s.cluster.name</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Attributes { get; init; } = [];

    /// <summary>Reads settings.</summary>
    /// <param name="setting">A setting by its name in this type, and <c>Signals</c>; null for one that is not given.</param>
    /// <param name="wrong">Told of everything that is wrong: the setting's name and what it must be. Never its value, which may hold credentials.</param>
    /// <returns>Null when nothing is to be sent, or something is wrong.</returns>
    public static LimiterTelemetry? Read(Func<string, string?> setting, Action<string, string> wrong)
    {
        ArgumentNullException.ThrowIfNull(setting);
        ArgumentNullException.ThrowIfNull(wrong);
        var isRight = true;
        var (protocol, sampling, signals) = (setting(nameof(Protocol)), setting(nameof(Sampling)), Words(setting("Signals")));
        var attributes = Words(setting(nameof(Attributes))).Select(Attribute).ToList();
        double? part = null;
        if (protocol is not (null or "grpc" or "http/protobuf")) Refuse(nameof(Protocol), "must be grpc or http/protobuf");
        if (signals.Any(s => s is not ("traces" or "metrics"))) Refuse("Signals", "must be traces, metrics, or both with a comma between");
        if (sampling is not null)
        {
            if (double.TryParse(sampling, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var value) && value is >= 0 and <= 1) part = value;
            else Refuse(nameof(Sampling), "must be a part from 0 to 1, such as 0.1");
        }
        if (attributes.Any(a => a is null)) Refuse(nameof(Attributes), $"must be name=value pairs with commas between, of letters, digits and ._-/:@+ and at most {LongestAttribute} characters each");
        else if (attributes.Count > MostAttributes) Refuse(nameof(Attributes), $"must be {MostAttributes} at most");
        else if (attributes.Select(a => a!.Value.Key).GroupBy(k => k).FirstOrDefault(g => g.Count() > 1) is { } twice) Refuse(nameof(Attributes), $"has {twice.Key} more than once");
        else if (attributes.Select(a => a!.Value.Key).FirstOrDefault(Own.Contains) is { } own) Refuse(nameof(Attributes), $"has {own}, which each limiter says of itself");
        if (setting(nameof(Endpoint)) is not { } endpoint)
        {
            if (protocol is not null || part is not null || signals.Length > 0 || attributes.Count > 0) Refuse(nameof(Endpoint), "must be given where other settings of telemetry are");
            return null;
        }
        if (!IsAddress(endpoint)) Refuse(nameof(Endpoint), $"must be an http or https address without credentials, query and fragment; its host may be {NodeAddress}");
        return !isRight ? null : new LimiterTelemetry
        {
            Endpoint = endpoint,
            Protocol = protocol ?? "grpc",
            Traces = signals.Length == 0 || signals.Contains("traces"),
            Metrics = signals.Length == 0 || signals.Contains("metrics"),
            Sampling = part,
            Attributes = [.. attributes.Select(a => a!.Value)],
        };

        void Refuse(string name, string what)
        {
            isRight = false;
            wrong(name, what);
        }
    }

    private static string[] Words(string? text) => (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>The kubelet replaces <c>$(NAME)</c> wherever it stands, so nothing of that form passes but the one that is meant.</summary>
    private static bool IsAddress(string endpoint)
    {
        var text = endpoint.Replace($"://{NodeAddress}", "://node", StringComparison.Ordinal).Replace($"://[{NodeAddress}]", "://[::1]", StringComparison.Ordinal);
        return !text.Contains('$', StringComparison.Ordinal) && Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            && address.UserInfo.Length == 0 && address.Query.Length == 0 && address.Fragment.Length == 0;
    }

    private static KeyValuePair<string, string>? Attribute(string text)
    {
        var (name, value) = text.IndexOf('=', StringComparison.Ordinal) is > 0 and var at ? (text[..at].TrimEnd(), text[(at + 1)..].TrimStart()) : ("", "");
        return name.Length > 0 && value.Length > 0 && text.Length <= LongestAttribute && (name + value).All(c => char.IsAsciiLetterOrDigit(c) || "._-/:@+".Contains(c, StringComparison.Ordinal))
            ? new(name, value)
            : null;
    }
}
