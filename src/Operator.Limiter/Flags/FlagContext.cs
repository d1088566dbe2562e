using System.Text.Json;

namespace Operator.Limiter.Flags;

/// <summary>The evaluation context of a request, as far as it decides anything.</summary>
/// <param name="TargetingKey">What is sticky: a conversation, or a user where the deployment sticks to users; null without one.</param>
/// <param name="Conversation">The conversation where the deployment sticks to users; null without one.</param>
internal readonly record struct FlagContext(string? TargetingKey, string? Conversation)
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    /// <summary>Reads the body of an evaluation. A body may be absent, and so may its context.</summary>
    /// <returns>The context, or what is wrong with the body.</returns>
    public static (FlagContext Context, FlagError? Error) Read(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty) return (default, null);
        try
        {
            using var document = JsonDocument.Parse(body, Options);
            if (document.RootElement.ValueKind != JsonValueKind.Object) return Wrong(FlagError.Parse, "The body must be a JSON object.");
            if (!document.RootElement.TryGetProperty("context"u8, out var context) || context.ValueKind == JsonValueKind.Null) return (default, null);
            if (context.ValueKind != JsonValueKind.Object) return Wrong(FlagError.InvalidContext, "context must be an object.");
            if (!Text(context, "targetingKey", out var key)) return Wrong(FlagError.InvalidContext, "context.targetingKey must be a string.");
            if (!Text(context, "conversation", out var conversation)) return Wrong(FlagError.InvalidContext, "context.conversation must be a string.");
            return (new FlagContext(key, conversation), null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Halves of surrogate pairs are found out only when a text is read.
            return Wrong(FlagError.Parse, "The body is no valid JSON.");
        }
    }

    private static (FlagContext Context, FlagError? Error) Wrong(string code, string details) => (default, new FlagError(400, code, details));

    /// <summary>A text as the header of a request would carry it: without blanks around, and absent when nothing is left.</summary>
    private static bool Text(JsonElement context, string name, out string? value)
    {
        value = null;
        if (!context.TryGetProperty(name, out var element) || element.ValueKind == JsonValueKind.Null) return true;
        if (element.ValueKind != JsonValueKind.String) return false;
        value = element.GetString()!.Trim(' ', '\t') is { Length: > 0 } text ? text : null;
        return true;
    }
}
