namespace Operator.MockClaude.Limits;

/// <summary>One model group and its limits by tier, as published.</summary>
internal sealed class GroupEntry
{
    /// <summary>The group's short name.</summary>
    public string Name { get; set; } = "";

    /// <summary>The name for people.</summary>
    public string DisplayName { get; set; } = "";

    /// <summary>Whether tokens read from the cache count as input.</summary>
    public bool CacheReadsCount { get; set; }

    /// <summary>Limits on tier Start.</summary>
    public GroupLimits Start { get; set; } = new(0, 0, 0);

    /// <summary>Limits on tier Build.</summary>
    public GroupLimits Build { get; set; } = new(0, 0, 0);

    /// <summary>Limits on tier Scale.</summary>
    public GroupLimits Scale { get; set; } = new(0, 0, 0);

    /// <summary>The id, which is the same in every organization.</summary>
    public string Id => "rlg_" + Name.Replace("-", "", StringComparison.Ordinal);

    /// <summary>The limits of a tier.</summary>
    public GroupLimits Of(MockTier tier) => tier switch
    {
        MockTier.Start => Start,
        MockTier.Build => Build,
        _ => Scale,
    };
}
