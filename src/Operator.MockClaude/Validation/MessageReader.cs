using System.Text;
using System.Text.Json;
using Operator.MockClaude.Http;
using Operator.MockClaude.Messages;
using Operator.MockClaude.Models;

namespace Operator.MockClaude.Validation;

/// <summary>Turns a body into a request, or says what is wrong with it.</summary>
internal static class MessageReader
{
    /// <summary>What surrounds the body.</summary>
    /// <param name="Version">The API version.</param>
    /// <param name="BindsThinking">Whether the account binds thinking blocks.</param>
    /// <param name="Counting">Only tokens are counted.</param>
    /// <param name="DropsMismatched">The caller asked to drop thinking blocks whose prefix changed.</param>
    /// <param name="WithTexts">Whether rules need the texts of the prompt.</param>
    internal readonly record struct Context(ApiVersion Version, bool BindsThinking, bool Counting, bool DropsMismatched, bool WithTexts);

    /// <summary>The model that the body names, retired ones excluded.</summary>
    public static ApiError? FindModel(MessageFields fields, ModelCatalogue catalogue, out ModelEntry? model)
    {
        model = null;
        if (fields.Model.ValueKind == JsonValueKind.Undefined) return ApiError.Invalid("model: Field required");
        if (fields.Model.ValueKind != JsonValueKind.String) return ApiError.Invalid("model: Input should be a valid string");
        var name = fields.Model.GetString()!;
        model = catalogue.Find(name);
        if (model is { Lifecycle: not ModelLifecycle.Retired }) return null;
        model = null;
        return ApiError.NotFound($"model: {name}");
    }

    /// <summary>Checks everything and measures the prompt.</summary>
    public static ApiError? Read(MessageFields fields, ModelEntry model, in Context context, out MessageRequest? request)
    {
        request = null;
        var error = FieldRules.Check(fields, model, context.Counting, out var maxTokens)
            ?? ContentRules.CheckSystem(fields.System)
            ?? ConversationRules.Check(fields, model, context.Version)
            ?? SamplingRules.Check(fields, model, context.Version)
            ?? ThinkingRules.Check(fields, model, maxTokens)
            ?? ToolRules.Check(fields, model)
            ?? CacheRules.Check(fields);
        if (error is not null) return error;
        var binds = model.Rules.Binding == BindingRule.Always || (model.Rules.Binding == BindingRule.ByAccount && context.BindsThinking);
        var prompt = new PromptReader(model, binds, context.DropsMismatched && DropsMismatched(fields));
        if (prompt.Read(fields) is { } moved) return moved;
        if (prompt.Tokens > model.MaxInput)
            return ApiError.Invalid($"prompt is too long: {prompt.Tokens} tokens > {model.MaxInput} maximum");
        var systemText = context.WithTexts ? Text(fields.System) : "";
        var last = fields.Messages[fields.Messages.GetArrayLength() - 1];
        var choice = ToolRules.Choice(fields, out var forced);
        request = new MessageRequest
        {
            Model = model,
            MaxTokens = maxTokens ?? model.MaxOutput,
            Stream = fields.Stream.ValueKind == JsonValueKind.True,
            Thinks = ThinkingRules.Thinks(fields, model),
            Fast = FieldRules.IsText(fields.Speed, "fast") && model.Rules.Fast == FastRule.Serves,
            Geo = fields.InferenceGeo.ValueKind == JsonValueKind.String ? fields.InferenceGeo.GetString() : null,
            Schema = Schema(fields),
            Tools = fields.Tools,
            ToolChoice = choice,
            ForcedTool = forced,
            StopSequences = fields.StopSequences.ValueKind == JsonValueKind.Array
                ? [.. fields.StopSequences.EnumerateArray().Select(s => s.GetString()!)] : [],
            PromptTokens = prompt.Tokens,
            Marks = prompt.Marks,
            Prefix = prompt.Prefix,
            SystemText = systemText,
            SystemDigest = systemText.Length > 0 ? SystemDigest.Of(systemText) : null,
            UserText = context.WithTexts ? Text(last.GetProperty("content"u8)) : "",
            AnswersTool = HasToolResult(last.GetProperty("content"u8)),
        };
        return null;
    }

    private static bool DropsMismatched(MessageFields fields) =>
        fields.Thinking.ValueKind == JsonValueKind.Object && fields.Thinking.TryGetProperty("block_binding"u8, out var binding)
        && binding.ValueKind == JsonValueKind.Object && binding.TryGetProperty("prefix_mismatch_behavior"u8, out var behavior)
        && FieldRules.IsText(behavior, "drop_block");

    private static JsonElement Schema(MessageFields fields)
    {
        var format = fields.OutputConfig.ValueKind == JsonValueKind.Object && fields.OutputConfig.TryGetProperty("format"u8, out var f)
            ? f : fields.OutputFormat;
        return format.ValueKind == JsonValueKind.Object && format.TryGetProperty("schema"u8, out var schema)
            && schema.ValueKind == JsonValueKind.Object ? schema : default;
    }

    private static bool HasToolResult(JsonElement content)
    {
        if (content.ValueKind != JsonValueKind.Array) return false;
        foreach (var block in content.EnumerateArray())
        {
            if (block.GetProperty("type"u8).ValueEquals("tool_result"u8)) return true;
        }
        return false;
    }

    private static string Text(JsonElement content)
    {
        if (content.ValueKind == JsonValueKind.Undefined) return "";
        if (content.ValueKind == JsonValueKind.String) return content.GetString()!;
        StringBuilder? text = null;
        string? only = null;
        foreach (var block in content.EnumerateArray())
        {
            if (!block.GetProperty("type"u8).ValueEquals("text"u8)) continue;
            var part = block.GetProperty("text"u8).GetString()!;
            if (only is null) only = part;
            else (text ??= new StringBuilder(only)).Append('\n').Append(part);
        }
        return text?.ToString() ?? only ?? "";
    }
}
