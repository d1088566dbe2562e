namespace Operator.Limiter.Rewriting;

/// <summary>What one look over a request's body found: spans and short values, never copies of content.</summary>
internal sealed class MessageScan
{
    /// <summary>The top-level members in their order.</summary>
    public List<JsonMember> Members { get; } = new(8);

    /// <summary>Just behind the opening brace.</summary>
    public int Inside { get; set; }

    /// <summary>The model; null when it is missing or no string.</summary>
    public string? Model { get; set; }

    /// <summary><c>max_tokens</c>; null when it is missing or no whole number.</summary>
    public long? MaxTokens { get; set; }

    /// <summary>Whether a stream is asked for.</summary>
    public bool Stream { get; set; }

    /// <summary><c>metadata.user_id</c>; null without one.</summary>
    public string? UserId { get; set; }

    /// <summary>The content of the first message of the user, as it stands.</summary>
    public JsonSpan FirstUserContent { get; set; }

    /// <summary>Whether the last message is the assistant's.</summary>
    public bool EndsWithAssistant { get; set; }

    /// <summary>The value of <c>output_config.effort</c>.</summary>
    public JsonSpan Effort { get; set; }

    /// <summary>The effort's text; null without one.</summary>
    public string? EffortText { get; set; }

    /// <summary>The text of <c>thinking.type</c>; null without one.</summary>
    public string? ThinkingType { get; set; }

    /// <summary>The value of <c>thinking.display</c>.</summary>
    public JsonSpan ThinkingDisplay { get; set; }

    /// <summary>Whether <c>thinking.block_binding</c> is given.</summary>
    public bool ThinkingBinding { get; set; }

    /// <summary>The text of <c>tool_choice.type</c>; null without one.</summary>
    public string? ToolChoiceType { get; set; }

    /// <summary>The text of <c>speed</c>; null without one.</summary>
    public string? Speed { get; set; }

    /// <summary>How many cache breakpoints the body sets, and whether one of them asks for an hour.</summary>
    public int Breakpoints { get; set; }

    /// <summary>Whether a breakpoint asks for an hour.</summary>
    public bool HourBreakpoint { get; set; }

    /// <summary>A member's value; an empty span without it.</summary>
    public JsonSpan Value(KnownField field)
    {
        foreach (var member in Members)
        {
            if (member.Field == field) return member.Value;
        }
        return default;
    }
}
