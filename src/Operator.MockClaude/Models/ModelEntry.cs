namespace Operator.MockClaude.Models;

/// <summary>One model of the catalogue.</summary>
internal sealed class ModelEntry
{
    /// <summary>The pinned id.</summary>
    public string Id { get; set; } = "";

    /// <summary>The undated name that stands for it.</summary>
    public string? Alias { get; set; }

    /// <summary>The name for people.</summary>
    public string DisplayName { get; set; } = "";

    /// <summary>The day of its release.</summary>
    public DateOnly Created { get; set; }

    /// <summary>haiku, sonnet, opus, fable or mythos.</summary>
    public string Line { get; set; } = "";

    /// <summary>Where it stands.</summary>
    public ModelLifecycle Lifecycle { get; set; }

    /// <summary>Since when it is deprecated.</summary>
    public DateOnly? Deprecated { get; set; }

    /// <summary>The earliest day of retirement.</summary>
    public DateOnly? Retires { get; set; }

    /// <summary>The rate-limit group that it shares.</summary>
    public string Group { get; set; } = "";

    /// <summary>The context window in tokens.</summary>
    public int MaxInput { get; set; } = 1_000_000;

    /// <summary>The longest answer in tokens.</summary>
    public int MaxOutput { get; set; } = 128_000;

    /// <summary>The shortest prefix in tokens that a cache takes.</summary>
    public int MinimumCacheable { get; set; }

    /// <summary>Whether the same text yields 30 % more tokens.</summary>
    public bool NewTokenizer { get; set; }

    /// <summary>Prices.</summary>
    public ModelPrice Price { get; set; } = new();

    /// <summary>Prices of a request whose prompt is longer than <see cref="LongPromptAbove"/>.</summary>
    public ModelPrice? LongPromptPrice { get; set; }

    /// <summary>Where the long-prompt price begins, in tokens.</summary>
    public int LongPromptAbove { get; set; } = int.MaxValue;

    /// <summary>Prices at <c>speed: fast</c>.</summary>
    public ModelPrice? FastPrice { get; set; }

    /// <summary>Parameter rules.</summary>
    public ModelRules Rules { get; set; } = new();

    /// <summary>A copy in another state of life.</summary>
    public ModelEntry With(ModelLifecycle lifecycle, DateOnly? retires)
    {
        var copy = (ModelEntry)MemberwiseClone();
        copy.Lifecycle = lifecycle;
        copy.Retires = retires;
        return copy;
    }
}
