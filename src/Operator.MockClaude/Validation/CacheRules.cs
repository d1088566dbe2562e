using System.Text.Json;
using Operator.MockClaude.Caching;
using Operator.MockClaude.Http;
using Operator.MockClaude.Messages;

namespace Operator.MockClaude.Validation;

/// <summary>cache_control: at most four, of a known kind, an hour before five minutes, in the order tools, system, messages.</summary>
internal sealed class CacheRules
{
    private const int Most = 4;
    private int _found;
    private bool _shortSeen;
    private ApiError? _error;

    public static ApiError? Check(MessageFields fields)
    {
        var rules = new CacheRules();
        rules.Blocks(fields.Tools, "tools");
        rules.Blocks(fields.System, "system");
        var index = 0;
        foreach (var message in fields.Messages.EnumerateArray())
        {
            rules.Blocks(message.GetProperty("content"u8), "messages", index);
            index++;
        }
        if (fields.CacheControl.ValueKind != JsonValueKind.Undefined) rules.Control(fields.CacheControl, "cache_control");
        if (rules._error is not null) return rules._error;
        return rules._found > Most
            ? ApiError.Invalid($"A maximum of 4 blocks with cache_control may be provided. Found {rules._found}.") : null;
    }

    private void Blocks(JsonElement content, string owner, int index = -1)
    {
        if (content.ValueKind != JsonValueKind.Array) return;
        var block = 0;
        foreach (var item in content.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.Object)
            {
                if (item.TryGetProperty("cache_control"u8, out var control) && control.ValueKind != JsonValueKind.Null)
                {
                    var where = index < 0 ? $"{owner}.{block}" : $"{owner}.{index}.content.{block}";
                    Control(control, $"{where}.cache_control");
                    if (item.TryGetProperty("type"u8, out var type) && FieldRules.IsText(type, "thinking"))
                        _error ??= ApiError.Invalid($"{where}.thinking.cache_control: Extra inputs are not permitted");
                }
                if (item.TryGetProperty("content"u8, out var inner)) Blocks(inner, owner, index);
            }
            block++;
        }
    }

    private void Control(JsonElement control, string where)
    {
        _found++;
        if (control.ValueKind != JsonValueKind.Object || !control.TryGetProperty("type"u8, out var type)
            || type.ValueKind != JsonValueKind.String || !type.ValueEquals("ephemeral"u8))
        {
            _error ??= ApiError.Invalid($"{where}.type: Input should be 'ephemeral'");
            return;
        }
        if (control.TryGetProperty("ttl"u8, out var ttl) && ttl.ValueKind != JsonValueKind.Null
            && !(ttl.ValueKind == JsonValueKind.String && (ttl.ValueEquals("5m"u8) || ttl.ValueEquals("1h"u8))))
        {
            _error ??= ApiError.Invalid($"{where}.ephemeral.ttl: Input should be '5m' or '1h'");
            return;
        }
        if (PromptReader.Ttl(control) == CacheTtl.FiveMinutes) _shortSeen = true;
        else if (_shortSeen)
            _error ??= ApiError.Invalid(
                $"{where}.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block.");
    }
}
