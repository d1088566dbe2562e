using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Operator;

/// <summary>How this process runs: from <c>appsettings.json</c> and from environment variables that begin with <c>CLAUDE_OPERATOR_</c>.</summary>
public sealed record OperatorOptions
{
    /// <summary>The prefix of environment variables.</summary>
    public const string EnvironmentPrefix = "CLAUDE_OPERATOR_";

    /// <summary>The only namespace that is watched; null for all. With it Roles are enough.</summary>
    public string? Namespace { get; init; }

    /// <summary>Whether one of several replicas is elected to act. Default true.</summary>
    public bool LeaderElection { get; init; } = true;

    /// <summary>The namespace of the leader's Lease; null for the pod's own.</summary>
    public string? LeaseNamespace { get; init; }

    /// <summary>The port of <c>/healthz</c> and <c>/readyz</c>; 0 for any free one.</summary>
    public int HealthPort { get; init; } = 8081;

    /// <summary>The port of <c>/metrics</c>; 0 for any free one.</summary>
    public int MetricsPort { get; init; } = 8080;

    /// <summary>Whether the log is written as a JSON object a line. Default true.</summary>
    public bool JsonLog { get; init; } = true;

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
            HealthPort = reader.Port(nameof(HealthPort), defaults.HealthPort),
            MetricsPort = reader.Port(nameof(MetricsPort), defaults.MetricsPort),
            JsonLog = reader.Flag(nameof(JsonLog), defaults.JsonLog),
        };
        if (options.HealthPort == options.MetricsPort && options.HealthPort != 0)
            reader.Errors.Add($"{nameof(HealthPort)} and {nameof(MetricsPort)} are both {options.HealthPort}; give them two ports");
        return (options, reader.Errors);
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

        public string? Name(string key)
        {
            if (Text(key) is not { } text) return null;
            if (text.Length <= 63 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') && text[0] != '-' && text[^1] != '-') return text;
            Errors.Add($"{key} (or {EnvironmentPrefix}{key}) is '{text}'; it must be the name of a namespace");
            return null;
        }

        private string? Text(string key) => configuration[key] is { Length: > 0 } text ? text : null;
    }
}
