using System.Runtime.InteropServices;
using System.Text.Json;
using Operator.MockClaude.Caching;
using Operator.MockClaude.Http;
using Operator.MockClaude.Models;

namespace Operator.MockClaude.Messages;

/// <summary>
/// Walks a prompt once, in the order tools, system, messages: counts tokens, hashes the prefix after every block, notes cache
/// breakpoints, and checks that thinking blocks still stand behind the prefix that they were made for. The prompt's shape was checked
/// before.
/// </summary>
internal sealed class PromptReader(ModelEntry model, bool binds, bool dropsMismatched)
{
    private ContentHash _hash = new();
    private int _tokens = TokenCounter.PerRequest;

    /// <summary>The blocks in order.</summary>
    public List<BlockMark> Marks { get; } = new(16);

    /// <summary>All tokens.</summary>
    public int Tokens => _tokens;

    /// <summary>The hash of everything.</summary>
    public ContentHash Prefix => _hash;

    /// <summary>Walks; an error when a thinking block is in the wrong place.</summary>
    public ApiError? Read(MessageFields fields)
    {
        if (fields.Tools.ValueKind == JsonValueKind.Array)
        {
            _hash.Mark((byte)'T');
            foreach (var tool in fields.Tools.EnumerateArray()) Block(tool, isTool: true);
        }
        if (fields.System.ValueKind != JsonValueKind.Undefined)
        {
            _hash.Mark((byte)'S');
            Content(fields.System);
        }
        var index = 0;
        foreach (var message in fields.Messages.EnumerateArray())
        {
            var before = _hash;
            var role = message.GetProperty("role"u8);
            var assistant = role.ValueEquals("assistant"u8);
            _hash.Mark(assistant ? (byte)'a' : role.ValueEquals("system"u8) ? (byte)'s' : (byte)'u');
            _tokens += TokenCounter.PerMessage;
            if (Content(message.GetProperty("content"u8), assistant ? before : null, index) is { } error) return error;
            index++;
        }
        if (fields.CacheControl.ValueKind == JsonValueKind.Object && Marks.Count > 0)
            Marks[^1] = Marks[^1] with { Breakpoint = Ttl(fields.CacheControl) };
        return null;
    }

    /// <summary>The life that a <c>cache_control</c> asks for.</summary>
    public static CacheTtl Ttl(JsonElement control) =>
        control.TryGetProperty("ttl"u8, out var ttl) && ttl.ValueEquals("1h"u8) ? CacheTtl.Hour : CacheTtl.FiveMinutes;

    private ApiError? Content(JsonElement content, ContentHash? before = null, int message = 0)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            Text(content);
            Marks.Add(new BlockMark(_hash, _tokens, CacheTtl.None));
            return null;
        }
        var index = 0;
        foreach (var block in content.EnumerateArray())
        {
            if (before is { } prefix && block.TryGetProperty("type"u8, out var type) && type.ValueEquals("thinking"u8))
            {
                var (dropped, error) = Thinking(block, prefix, message, index);
                if (error is not null) return error;
                if (dropped)
                {
                    index++;
                    continue;
                }
            }
            Block(block);
            index++;
        }
        return null;
    }

    private (bool Dropped, ApiError? Error) Thinking(JsonElement block, ContentHash before, int message, int index)
    {
        var signature = block.TryGetProperty("signature"u8, out var value) ? value.GetString() ?? "" : "";
        var (state, maker, prefix) = ThinkingSignature.Read(signature);
        if (state == SignatureState.Forged)
            return (false, ApiError.Invalid($"messages.{message}.content.{index}: Invalid `signature` in `thinking` block"));
        if (state == SignatureState.Foreign || maker != model.Id) return (true, null);
        if (!binds || prefix == before.ToString()) return (false, null);
        if (dropsMismatched) return (true, null);
        return (false, ApiError.Invalid(
            $"messages.{message}.content.{index}: this `thinking` block is bound to a different conversation: the system prompt, tools or messages before it were changed. Send the conversation as it was, or remove the block."));
    }

    private void Text(JsonElement text)
    {
        _hash.Mark((byte)'t');
        _hash.Add(JsonMarshal.GetRawUtf8Value(text));
        _tokens += TokenCounter.OfBytes(TokenCounter.TextLength(text), model.NewTokenizer);
    }

    private void Block(JsonElement block, bool isTool = false)
    {
        var ttl = CacheTtl.None;
        var isText = false;
        JsonElement type = default;
        foreach (var property in block.EnumerateObject())
        {
            if (property.NameEquals("cache_control"u8))
            {
                if (property.Value.ValueKind == JsonValueKind.Object) ttl = Ttl(property.Value);
            }
            else if (!isTool && property.NameEquals("type"u8))
            {
                type = property.Value;
                isText = type.ValueKind == JsonValueKind.String && type.ValueEquals("text"u8);
            }
        }
        if (isText)
        {
            Text(block.GetProperty("text"u8));
            foreach (var property in block.EnumerateObject())
            {
                if (!property.NameEquals("text"u8) && !property.NameEquals("type"u8)) Rest(property);
            }
        }
        else
        {
            _hash.Mark((byte)'b');
            foreach (var property in block.EnumerateObject()) Rest(property);
            _tokens += BlockTokens(block, type);
        }
        Marks.Add(new BlockMark(_hash, _tokens, ttl));
    }

    // Moving a breakpoint must not change the prefix, so the marks themselves are left out.
    private void Rest(JsonProperty property)
    {
        if (property.NameEquals("cache_control"u8)) return;
        _hash.Add(JsonMarshal.GetRawUtf8PropertyName(property));
        _hash.Add(JsonMarshal.GetRawUtf8Value(property.Value));
    }

    private int BlockTokens(JsonElement block, JsonElement type)
    {
        var kind = type.ValueKind == JsonValueKind.String ? type.GetString() : null;
        switch (kind)
        {
            case "image":
                return TokenCounter.PerImage;
            case "document" when !(block.TryGetProperty("source"u8, out var source) && source.ValueKind == JsonValueKind.Object
                && source.TryGetProperty("type"u8, out var sourceType) && Validation.FieldRules.IsText(sourceType, "text")):
                return TokenCounter.PerDocument;
            case "thinking":
                return TokenCounter.OfBytes(TokenCounter.TextLength(block.GetProperty("thinking"u8)), model.NewTokenizer);
            case "tool_result" when block.TryGetProperty("content"u8, out var content) && content.ValueKind == JsonValueKind.Array:
                var sum = 0;
                foreach (var part in content.EnumerateArray())
                {
                    var partType = part.ValueKind == JsonValueKind.Object && part.TryGetProperty("type"u8, out var t) ? t : default;
                    sum += BlockTokens(part, partType);
                }
                return sum;
            default:
                return TokenCounter.OfBytes(TokenCounter.Weigh(block), model.NewTokenizer);
        }
    }
}
