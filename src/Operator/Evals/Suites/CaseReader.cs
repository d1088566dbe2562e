using System.Collections.Immutable;
using System.Text.Json;
using Operator.Evals.Checks;

namespace Operator.Evals.Suites;

/// <summary>Reads one case, and tells every error of it.</summary>
internal static class CaseReader
{
    private static readonly string[] Known =
        ["id", "slice", "messages", "maxTokens", "checks", "sentinel", "answer", "description"];

    /// <summary>The case of a line; null when it has errors.</summary>
    public static (EvalCase Case, EvalSentinel? Sentinel)? Read(LocatedJson json, LineErrors errors)
    {
        foreach (var member in json.Members)
        {
            if (Known.Contains(member.Name)) continue;
            errors.Add(member.Column, member.Name == "system"
                ? "system: the system prompt comes from the revision under test; remove this field"
                : $"'{SuiteError.Quote(member.Name)}' is no field of a case; known are {string.Join(", ", Known)}");
        }
        var id = Id(json, errors);
        var slice = Slice(json, errors);
        var maxTokens = MaxTokens(json, errors);
        var isSentinel = json.Find("sentinel") is not null;
        var messages = Messages(json, isSentinel, errors);
        var checks = CheckReader.Read(json, errors);
        var good = Sentinel(json, errors);
        var answer = Answer(json, isSentinel, errors);
        if (errors.Any) return null;
        var read = new EvalCase { Id = id!, Slice = slice, Messages = messages, MaxTokens = maxTokens, Checks = checks };
        return (read, isSentinel ? new EvalSentinel(read, answer!, good) : null);
    }

    private static string? Id(LocatedJson json, LineErrors errors)
    {
        if (json.Find("id") is not { } id)
        {
            errors.Add(json, "id is missing; give every case one that is unique in its suite");
            return null;
        }
        if (id.Kind == JsonValueKind.String && id.Text.Length is > 0 and <= SuiteLimits.CaseId
            && id.Text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':' or '/')) return id.Text;
        errors.Add(id, $"id is a text of 1 to {SuiteLimits.CaseId} letters, digits and -_.:/");
        return null;
    }

    private static string? Slice(LocatedJson json, LineErrors errors)
    {
        if (json.Find("slice") is not { } slice) return null;
        if (slice.Kind == JsonValueKind.String && slice.Text.Length is > 0 and <= SuiteLimits.SliceName
            && slice.Text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/')) return slice.Text;
        errors.Add(slice, $"slice is a text of 1 to {SuiteLimits.SliceName} letters, digits and -_./");
        return null;
    }

    private static int? MaxTokens(LocatedJson json, LineErrors errors)
    {
        if (json.Find("maxTokens") is not { } value) return null;
        if (value.Kind == JsonValueKind.Number && int.TryParse(value.Text, out var tokens) && tokens is > 0 and <= SuiteLimits.MaxTokens) return tokens;
        errors.Add(value, $"maxTokens is a whole number from 1 to {SuiteLimits.MaxTokens}");
        return null;
    }

    private static ReadOnlyMemory<byte> Messages(LocatedJson json, bool isSentinel, LineErrors errors)
    {
        if (json.Find("messages") is not { } messages)
        {
            if (!isSentinel) errors.Add(json, "messages is missing: the conversation that the revision answers");
            return "[]"u8.ToArray();
        }
        if (messages.Kind != JsonValueKind.Array || messages.Items.Count is 0 or > SuiteLimits.Messages)
        {
            errors.Add(messages, $"messages is a list of 1 to {SuiteLimits.Messages} messages");
            return default;
        }
        for (var i = 0; i < messages.Items.Count; i++) Message(messages.Items[i], i, errors);
        return messages.ToCanonicalBytes();
    }

    private static void Message(LocatedJson message, int index, LineErrors errors)
    {
        if (message.Kind != JsonValueKind.Object)
        {
            errors.Add(message, $"messages[{index}] is an object with role and content");
            return;
        }
        var role = message.Find("role");
        if (role is not { Kind: JsonValueKind.String, Text: "user" or "assistant" or "system" })
            errors.Add(role ?? message, $"messages[{index}].role is user or assistant");
        else if (index == 0 && role.Text != "user")
            errors.Add(role, "messages[0].role is user: a conversation begins with the user");
        switch (message.Find("content"))
        {
            case { Kind: JsonValueKind.String, Text.Length: > 0 }:
                break;
            case { Kind: JsonValueKind.Array, Items.Count: > 0 } blocks
                when blocks.Items.All(b => b.Kind == JsonValueKind.Object && b.Find("type") is { Kind: JsonValueKind.String }):
                break;
            case var content:
                errors.Add(content ?? message, $"messages[{index}].content is a text that is not empty, or a list of content blocks with a type");
                break;
        }
    }

    private static bool Sentinel(LocatedJson json, LineErrors errors)
    {
        if (json.Find("sentinel") is not { } sentinel) return false;
        if (sentinel is { Kind: JsonValueKind.String, Text: "good" or "bad" }) return sentinel.Text == "good";
        errors.Add(sentinel, "sentinel is good or bad");
        return false;
    }

    private static Answer? Answer(LocatedJson json, bool isSentinel, LineErrors errors)
    {
        var answer = json.Find("answer");
        if (!isSentinel)
        {
            if (answer is not null) errors.Add(answer, "answer belongs to sentinels; add \"sentinel\":\"good\" or \"bad\", or remove it");
            return null;
        }
        if (answer is { Kind: JsonValueKind.String }) return new Answer(answer.Text, "end_turn", 0);
        errors.Add(answer ?? json, "a sentinel needs an answer: the text that its checks must pass or fail");
        return null;
    }
}
