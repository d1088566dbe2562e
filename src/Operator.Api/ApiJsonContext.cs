using System.Text.Json.Serialization;

namespace Operator.Api;

/// <summary>Source-generated serialization of all resources of this group; give it to the client's options.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ClaudeDeployment))]
[JsonSerializable(typeof(ClaudeQuota))]
[JsonSerializable(typeof(ClaudeEvalRun))]
public sealed partial class ApiJsonContext : JsonSerializerContext;
