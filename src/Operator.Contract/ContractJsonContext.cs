using System.Text.Json;
using System.Text.Json.Serialization;

namespace Operator.Contract;

/// <summary>Source-generated serialization of everything that operator and limiter say to each other.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    AllowDuplicateProperties = false,
    ReadCommentHandling = JsonCommentHandling.Disallow)]
[JsonSerializable(typeof(DeploymentConfiguration))]
[JsonSerializable(typeof(LimiterConfiguration))]
[JsonSerializable(typeof(Report))]
[JsonSerializable(typeof(ReportAnswer))]
public sealed partial class ContractJsonContext : JsonSerializerContext;
