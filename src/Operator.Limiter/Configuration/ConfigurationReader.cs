using System.Text.Json;
using Operator.Contract;

namespace Operator.Limiter.Configuration;

/// <summary>Reads a deployment's document.</summary>
internal static class ConfigurationReader
{
    /// <summary>The largest document, in bytes: a ConfigMap holds no more than 1 MiB.</summary>
    public const int MaxBytes = 2 * 1024 * 1024;

    private static readonly ContractJsonContext Json = new(
        new JsonSerializerOptions(ContractJsonContext.Default.Options) { RespectNullableAnnotations = true });

    /// <summary>Reads and checks a document.</summary>
    /// <returns>The configuration, or the errors that forbid to use it.</returns>
    public static (DeploymentConfiguration? Configuration, IReadOnlyList<ConfigurationError> Errors) Read(ReadOnlySpan<byte> document)
    {
        if (document.Length > MaxBytes)
        {
            return (null, [new("$", $"the document has {document.Length} bytes, more than the {MaxBytes} that are allowed")]);
        }
        DeploymentConfiguration? configuration;
        try
        {
            configuration = JsonSerializer.Deserialize(document, Json.DeploymentConfiguration);
        }
        catch (JsonException e)
        {
            return (null, [new(e.Path ?? "$", $"cannot be read, it may be half written: {e.Message}")]);
        }
        if (configuration is null) return (null, [new("$", "is null; expected an object")]);
        return (configuration, ConfigurationRules.Check(configuration));
    }
}
