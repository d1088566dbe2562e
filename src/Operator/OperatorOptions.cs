using System.Globalization;
using Microsoft.Extensions.Configuration;
using Operator.Admission;
using Operator.Certificates;
using Operator.Evals;
using Operator.Evals.Providers;
using Operator.Injection;
using Operator.Limiters;

namespace Operator;

/// <summary>How this process runs: from <c>appsettings.json</c> and from environment variables that begin with <c>CLAUDE_OPERATOR_</c>.</summary>
public sealed record OperatorOptions
{
    /// <summary>The prefix of environment variables.</summary>
    public const string EnvironmentPrefix = "CLAUDE_OPERATOR_";

    private const string TelemetryPrefix = "LimiterTelemetry";

    /// <summary>The only namespace that is watched; null for all. With it Roles are enough.</summary>
    public string? Namespace { get; init; }

    /// <summary>Whether one of several replicas is elected to act. Default true.</summary>
    public bool LeaderElection { get; init; } = true;

    /// <summary>The namespace of the leader's Lease; null for the pod's own.</summary>
    public string? LeaseNamespace { get; init; }

    /// <summary>The namespace of the ConfigMap that overrides the model catalogue; null for the pod's own.</summary>
    public string? CatalogNamespace { get; init; }

    /// <summary>The port of <c>/healthz</c> and <c>/readyz</c>; 0 for any free one.</summary>
    public int HealthPort { get; init; } = 8081;

    /// <summary>The port of <c>/metrics</c>; 0 for any free one.</summary>
    public int MetricsPort { get; init; } = 8080;

    /// <summary>Whether the log is written as a JSON object a line. Default true.</summary>
    public bool JsonLog { get; init; } = true;

    /// <summary>The operator's own image: eval jobs run it.</summary>
    public string Image { get; init; } = "claude-operator";

    /// <summary>The hosts that <c>http</c> eval gates may ask, in the form of <see cref="EvalOptions.HttpHosts"/>; none by default.</summary>
    public IReadOnlyList<string> EvalHosts { get; init; } = [];

    /// <summary>The part of an organization's limits that is never handed out, 0 to 0.5. Default 0.03.</summary>
    public double? Safety { get; init; }

    /// <summary>Validation, injection and certificates; null for an operator without them.</summary>
    public ClaudeAdmissionOptions? Admission { get; init; }

    /// <summary>
    /// The channel to limiters; null for an operator that limiters cannot reach. Its certificates are those of <see cref="Admission"/>, or
    /// <see cref="ChannelOptions.Certificates"/> without.
    /// </summary>
    public ChannelOptions? Channel { get; init; }

    /// <summary>Reads options.</summary>
    /// <param name="configuration">The configuration, without the prefix.</param>
    /// <returns>The options, and everything that is wrong with them.</returns>
    public static (OperatorOptions Options, IReadOnlyList<string> Errors) Read(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var reader = new Reader(configuration);
        var defaults = new OperatorOptions();
        var options = new OperatorOptions
        {
            Namespace = reader.Name(nameof(Namespace)),
            LeaderElection = reader.Flag(nameof(LeaderElection), defaults.LeaderElection),
            LeaseNamespace = reader.Name(nameof(LeaseNamespace)),
            CatalogNamespace = reader.Name(nameof(CatalogNamespace)),
            HealthPort = reader.Port(nameof(HealthPort), defaults.HealthPort),
            MetricsPort = reader.Port(nameof(MetricsPort), defaults.MetricsPort),
            JsonLog = reader.Flag(nameof(JsonLog), defaults.JsonLog),
            Image = reader.Text(nameof(Image)) ?? defaults.Image,
            EvalHosts = reader.Hosts(nameof(EvalHosts)),
            Safety = reader.Part(nameof(Safety)),
        };
        if (reader.Flag(nameof(Admission), true)) options = options with { Admission = ReadAdmission(reader, options.Namespace) };
        if (reader.Flag(nameof(Channel), true)) options = options with { Channel = ReadChannel(reader, options) };
        int[] ports = [options.HealthPort, options.MetricsPort, options.Admission?.Port ?? 0, options.Channel?.Port ?? 0];
        if (ports.Where(p => p != 0).GroupBy(p => p).FirstOrDefault(p => p.Count() > 1) is { } twice)
            reader.Errors.Add($"{nameof(HealthPort)}, {nameof(MetricsPort)}, WebhookPort and ChannelPort: {twice.Key} is given more than once; give each a port of its own");
        return (options, reader.Errors);
    }

    private static ClaudeAdmissionOptions ReadAdmission(Reader reader, string? watched)
    {
        var admission = new ClaudeAdmissionOptions();
        admission.Port = reader.Port("WebhookPort", admission.Port);
        admission.CertificateDirectory = reader.Text(nameof(admission.CertificateDirectory));
        // With Roles alone the operator can neither see nor fill webhook configurations.
        if (watched is not null) admission.WebhookConfiguration = null;
        admission.Injection.Image = reader.Text("LimiterImage") ?? admission.Injection.Image;
        admission.Injection.ImagePullPolicy = reader.Text("LimiterImagePullPolicy");
        admission.Injection.Upstream = reader.Address("Upstream") ?? admission.Injection.Upstream;
        admission.Injection.OperatorAddress = reader.Address("LimiterAddress");
        admission.Injection.Telemetry = LimiterTelemetry.Read(
            name => reader.Text(TelemetryPrefix + name), (name, what) => reader.Errors.Add($"{TelemetryPrefix}{name} (or {EnvironmentPrefix}{TelemetryPrefix}{name}) {what}"));
        try
        {
            admission.Injection.Validate();
        }
        catch (InvalidOperationException error)
        {
            reader.Errors.Add(error.Message);
        }

        return admission;
    }

    private static ChannelOptions ReadChannel(Reader reader, OperatorOptions options)
    {
        var channel = new ChannelOptions();
        channel.Port = reader.Port("ChannelPort", channel.Port);
        // With Roles alone nobody may ask the API server about a token.
        channel.Authentication = reader.Choice("ChannelAuthentication", options.Namespace is null ? ChannelAuthentication.TokenReview : ChannelAuthentication.Offline);
        if (options.Admission is not { } admission)
        {
            channel.Certificates.CertificateDirectory = reader.Text(nameof(CertificateOptions.CertificateDirectory));
            return channel;
        }
        channel.Audience = admission.Injection.TokenAudience;
        // The Service of the manifests, unless another address is given.
        admission.Injection.OperatorAddress ??= new Uri($"https://{admission.LimiterService}.{admission.Namespace}.svc");
        return channel;
    }

    private sealed class Reader(IConfiguration configuration)
    {
        public List<string> Errors { get; } = [];

        public bool Flag(string key, bool otherwise)
        {
            if (Text(key) is not { } text) return otherwise;
            if (bool.TryParse(text, out var value)) return value;
            Errors.Add($"{key} (or {EnvironmentPrefix}{key}) is '{text}'; it must be true or false");
            return otherwise;
        }

        public int Port(string key, int otherwise)
        {
            if (Text(key) is not { } text) return otherwise;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= 65_535) return value;
            Errors.Add($"{key} (or {EnvironmentPrefix}{key}) is '{text}'; it must be a port from 0 to 65535");
            return otherwise;
        }

        public T Choice<T>(string key, T otherwise)
            where T : struct, Enum
        {
            if (Text(key) is not { } text) return otherwise;
            // By name alone: a number would be taken for a value that is none.
            if (Enum.GetNames<T>().FirstOrDefault(n => n.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } name) return Enum.Parse<T>(name);
            Errors.Add($"{key} (or {EnvironmentPrefix}{key}) is '{text}'; it must be {string.Join(" or ", Enum.GetNames<T>())}");
            return otherwise;
        }

        public double? Part(string key)
        {
            if (Text(key) is not { } text) return null;
            if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value <= 0.5) return value;
            Errors.Add($"{key} (or {EnvironmentPrefix}{key}) is '{text}'; it must be a part from 0 to 0.5, such as 0.03");
            return null;
        }

        public string? Name(string key)
        {
            if (Text(key) is not { } text) return null;
            if (text.Length <= 63 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') && text[0] != '-' && text[^1] != '-') return text;
            Errors.Add($"{key} (or {EnvironmentPrefix}{key}) is '{text}'; it must be the name of a namespace");
            return null;
        }

        public Uri? Address(string key)
        {
            if (Text(key) is not { } text) return null;
            if (Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme is "http" or "https")) return address;
            Errors.Add($"{key} (or {EnvironmentPrefix}{key}) is '{text}'; it must be an http or https address");
            return null;
        }

        public string[] Hosts(string key)
        {
            var hosts = (Text(key) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            foreach (var host in hosts)
            {
                try
                {
                    AllowedHost.Parse(host);
                }
                catch (FormatException wrong)
                {
                    Errors.Add($"{key} (or {EnvironmentPrefix}{key}): {wrong.Message}");
                }
            }
            return hosts;
        }

        public string? Text(string key) => configuration[key] is { Length: > 0 } text ? text : null;
    }
}
