using System.Text.Json;
using Operator.MockClaude.Http;

namespace Operator.MockClaude.Messages;

/// <summary>The top-level fields of a request body; a field that is absent or null has kind Undefined.</summary>
internal sealed class MessageFields
{
    public JsonElement Model { get; private set; }
    public JsonElement MaxTokens { get; private set; }
    public JsonElement Messages { get; private set; }
    public JsonElement System { get; private set; }
    public JsonElement CacheControl { get; private set; }
    public JsonElement Stream { get; private set; }
    public JsonElement ServiceTier { get; private set; }
    public JsonElement Speed { get; private set; }
    public JsonElement InferenceGeo { get; private set; }
    public JsonElement Thinking { get; private set; }
    public JsonElement OutputConfig { get; private set; }
    public JsonElement OutputFormat { get; private set; }
    public JsonElement Tools { get; private set; }
    public JsonElement ToolChoice { get; private set; }
    public JsonElement StopSequences { get; private set; }
    public JsonElement Metadata { get; private set; }
    public JsonElement Temperature { get; private set; }
    public JsonElement TopP { get; private set; }
    public JsonElement TopK { get; private set; }
    public JsonElement Fallbacks { get; private set; }

    /// <summary>Whether a sampling parameter is present at all, null included.</summary>
    public string? SamplingPresent { get; private set; }

    /// <summary>Sorts the fields; one that the API does not know is an error.</summary>
    public ApiError? Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object) return ApiError.Invalid("Input should be a valid dictionary");
        foreach (var property in root.EnumerateObject())
        {
            var name = property.Name;
            if (name is "temperature" or "top_p" or "top_k") SamplingPresent = name;
            var value = property.Value.ValueKind == JsonValueKind.Null ? default : property.Value;
            if (!Put(name, value)) return ApiError.Invalid($"{name}: Extra inputs are not permitted");
        }
        return null;
    }

    private bool Put(string name, JsonElement value)
    {
        switch (name)
        {
            case "model": Model = value; return true;
            case "max_tokens": MaxTokens = value; return true;
            case "messages": Messages = value; return true;
            case "system": System = value; return true;
            case "cache_control": CacheControl = value; return true;
            case "stream": Stream = value; return true;
            case "service_tier": ServiceTier = value; return true;
            case "speed": Speed = value; return true;
            case "inference_geo": InferenceGeo = value; return true;
            case "thinking": Thinking = value; return true;
            case "output_config": OutputConfig = value; return true;
            case "output_format": OutputFormat = value; return true;
            case "tools": Tools = value; return true;
            case "tool_choice": ToolChoice = value; return true;
            case "stop_sequences": StopSequences = value; return true;
            case "metadata": Metadata = value; return true;
            case "temperature": Temperature = value; return true;
            case "top_p": TopP = value; return true;
            case "top_k": TopK = value; return true;
            case "fallbacks": Fallbacks = value; return true;
            case "container" or "diagnostics" or "billing_policy" or "compaction" or "context_management" or "fallback_credit_token"
                or "mcp_servers" or "thread":
                return true;
            default:
                return false;
        }
    }
}
