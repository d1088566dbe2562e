namespace Operator.MockClaude.Models;

/// <summary>Which parameters one model takes. The defaults are those of the newest generation.</summary>
internal sealed class ModelRules
{
    /// <summary>What it accepts of <c>temperature</c>, <c>top_p</c> and <c>top_k</c> under API version 2023-06-01.</summary>
    public SamplingRule Sampling { get; set; } = SamplingRule.DefaultsOnly;

    /// <summary>Whether it takes <c>thinking: enabled</c> with a budget.</summary>
    public bool ThinkingBudget { get; set; }

    /// <summary>Whether thinking can be switched off.</summary>
    public ThinkingDisabledRule ThinkingDisabled { get; set; } = ThinkingDisabledRule.Always;

    /// <summary>Whether it takes <c>thinking: between_tools</c>.</summary>
    public bool ThinkingBetweenTools { get; set; }

    /// <summary>Whether <c>tool_choice</c> may be <c>any</c> or <c>tool</c>.</summary>
    public bool ForcedToolChoice { get; set; } = true;

    /// <summary>Whether the last message may be the assistant's.</summary>
    public bool Prefill { get; set; }

    /// <summary>Whether it takes <c>inference_geo</c>.</summary>
    public bool InferenceGeo { get; set; } = true;

    /// <summary>What <c>speed: fast</c> does.</summary>
    public FastRule Fast { get; set; } = FastRule.Refuses;

    /// <summary>How many effort levels there are: 0, 3 (low to high), 4 (and max) or 5 (and xhigh).</summary>
    public int Efforts { get; set; } = 5;

    /// <summary>Whether thinking blocks are bound to the prefix before them.</summary>
    public BindingRule Binding { get; set; } = BindingRule.Never;
}

/// <summary>How free the sampling parameters are.</summary>
internal enum SamplingRule
{
    /// <summary>Any value.</summary>
    Free,

    /// <summary>Either <c>temperature</c> or <c>top_p</c>.</summary>
    OneOf,

    /// <summary>Nothing but the default.</summary>
    DefaultsOnly,
}

/// <summary>Whether <c>thinking: disabled</c> is taken.</summary>
internal enum ThinkingDisabledRule
{
    /// <summary>Always.</summary>
    Always,

    /// <summary>At effort high and below.</summary>
    UpToHighEffort,

    /// <summary>Never: the model always thinks.</summary>
    Never,
}

/// <summary>What <c>speed: fast</c> does.</summary>
internal enum FastRule
{
    /// <summary>400.</summary>
    Refuses,

    /// <summary>Serves at standard speed.</summary>
    Ignores,

    /// <summary>Serves fast, at its own price.</summary>
    Serves,
}

/// <summary>Whether thinking blocks are bound to their prefix.</summary>
internal enum BindingRule
{
    /// <summary>A changed prefix does no harm.</summary>
    Never,

    /// <summary>For organizations that say so.</summary>
    ByAccount,

    /// <summary>For everybody.</summary>
    Always,
}
