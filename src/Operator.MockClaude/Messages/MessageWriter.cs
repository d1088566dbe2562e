using System.Text.Json;
using Operator.MockClaude.Answers;

namespace Operator.MockClaude.Messages;

/// <summary>Writes a message and its usage.</summary>
internal static class MessageWriter
{
    /// <summary>What a message needs beside its answer.</summary>
    internal readonly record struct Envelope(
        string Id, string Model, string? ToolId, AnswerPlan Plan, TokenUsage Usage, string ServiceTier, string? Speed, string? Geo);

    /// <summary>The whole message.</summary>
    public static void Write(Utf8JsonWriter json, Envelope e)
    {
        json.WriteStartObject();
        Head(json, e);
        json.WriteStartArray("content"u8);
        if (e.Plan.Signature is not null)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "thinking"u8);
            json.WriteString("thinking"u8, e.Plan.Thinking.Span);
            json.WriteString("signature"u8, e.Plan.Signature);
            json.WriteEndObject();
        }
        if (!e.Plan.Text.IsEmpty)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "text"u8);
            json.WriteString("text"u8, e.Plan.Text.Span);
            json.WriteNull("citations"u8);
            json.WriteEndObject();
        }
        if (e.Plan.Tool is { } tool)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "tool_use"u8);
            json.WriteString("id"u8, e.ToolId);
            json.WriteString("name"u8, tool.Name);
            json.WritePropertyName("input"u8);
            json.WriteRawValue(tool.Input.Span, skipInputValidation: true);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        Stop(json, e.Plan);
        json.WritePropertyName("usage"u8);
        Usage(json, e, e.Usage.Output);
        json.WriteEndObject();
    }

    /// <summary>The message as it stands before the first token.</summary>
    public static void WriteStart(Utf8JsonWriter json, Envelope e)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "message_start"u8);
        json.WriteStartObject("message"u8);
        Head(json, e);
        json.WriteStartArray("content"u8);
        json.WriteEndArray();
        json.WriteNull("stop_reason"u8);
        json.WriteNull("stop_sequence"u8);
        json.WriteNull("stop_details"u8);
        json.WritePropertyName("usage"u8);
        Usage(json, e, Math.Min(1, e.Usage.Output));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>The end of a stream: the reason and the final, cumulative usage, which has no split of cache writes by life.</summary>
    public static void WriteDelta(Utf8JsonWriter json, Envelope e)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "message_delta"u8);
        json.WriteStartObject("delta"u8);
        Stop(json, e.Plan);
        json.WriteNull("container"u8);
        json.WriteEndObject();
        json.WriteStartObject("usage"u8);
        json.WriteNumber("input_tokens"u8, e.Usage.Input);
        json.WriteNumber("cache_creation_input_tokens"u8, e.Usage.CacheWrite);
        json.WriteNumber("cache_read_input_tokens"u8, e.Usage.CacheRead);
        json.WriteNumber("output_tokens"u8, e.Usage.Output);
        Thinking(json, e.Usage);
        json.WriteNull("server_tool_use"u8);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Head(Utf8JsonWriter json, in Envelope e)
    {
        json.WriteString("id"u8, e.Id);
        json.WriteString("type"u8, "message"u8);
        json.WriteString("role"u8, "assistant"u8);
        json.WriteString("model"u8, e.Model);
        json.WriteNull("container"u8);
        json.WriteNull("diagnostics"u8);
    }

    private static void Stop(Utf8JsonWriter json, AnswerPlan plan)
    {
        json.WriteString("stop_reason"u8, plan.StopReason);
        if (plan.StopSequence is null) json.WriteNull("stop_sequence"u8);
        else json.WriteString("stop_sequence"u8, plan.StopSequence);
        if (plan.StopReason != "refusal")
        {
            json.WriteNull("stop_details"u8);
            return;
        }
        json.WriteStartObject("stop_details"u8);
        json.WriteString("type"u8, "refusal"u8);
        json.WriteString("category"u8, "general_harms"u8);
        json.WriteString("explanation"u8, "The request was declined."u8);
        json.WriteEndObject();
    }

    private static void Usage(Utf8JsonWriter json, in Envelope e, int output)
    {
        json.WriteStartObject();
        json.WriteNumber("input_tokens"u8, e.Usage.Input);
        json.WriteNumber("cache_creation_input_tokens"u8, e.Usage.CacheWrite);
        json.WriteNumber("cache_read_input_tokens"u8, e.Usage.CacheRead);
        json.WriteStartObject("cache_creation"u8);
        json.WriteNumber("ephemeral_5m_input_tokens"u8, e.Usage.CacheWrite5m);
        json.WriteNumber("ephemeral_1h_input_tokens"u8, e.Usage.CacheWrite1h);
        json.WriteEndObject();
        json.WriteNumber("output_tokens"u8, output);
        if (output == e.Usage.Output) Thinking(json, e.Usage);
        else json.WriteNull("output_tokens_details"u8);
        json.WriteNull("server_tool_use"u8);
        json.WriteString("service_tier"u8, e.ServiceTier);
        if (e.Speed is null) json.WriteNull("speed"u8);
        else json.WriteString("speed"u8, e.Speed);
        if (e.Geo is null) json.WriteNull("inference_geo"u8);
        else json.WriteString("inference_geo"u8, e.Geo);
        json.WriteEndObject();
    }

    private static void Thinking(Utf8JsonWriter json, in TokenUsage usage)
    {
        if (usage.Thinking == 0)
        {
            json.WriteNull("output_tokens_details"u8);
            return;
        }
        json.WriteStartObject("output_tokens_details"u8);
        json.WriteNumber("thinking_tokens"u8, usage.Thinking);
        json.WriteEndObject();
    }
}
