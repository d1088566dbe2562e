using System.Collections.Immutable;
using System.Globalization;
using Operator.LocalCluster.Api;

namespace Operator.LocalCluster.Selectors;

/// <summary>A label selector: all of its requirements must hold.</summary>
internal sealed class LabelSelector
{
    private readonly ImmutableArray<LabelRequirement> _requirements;

    internal LabelSelector(ImmutableArray<LabelRequirement> requirements) => _requirements = requirements;

    /// <summary>Selects everything.</summary>
    public static LabelSelector Everything { get; } = new([]);

    /// <summary>Whether every object matches.</summary>
    public bool IsEverything => _requirements.IsEmpty;

    /// <summary>Reads the string form, such as <c>team in (x,z),!old,tier!=gold</c>.</summary>
    /// <exception cref="ApiException">400: the selector is malformed.</exception>
    public static LabelSelector Parse(string? text) =>
        string.IsNullOrEmpty(text) ? Everything : new(new LabelSelectorParser(text).Parse());

    /// <summary>Whether these labels match.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        foreach (var requirement in _requirements)
            if (!requirement.Matches(labels)) return false;
        return true;
    }
}

/// <summary>How a requirement compares.</summary>
internal enum LabelOperator
{
    /// <summary>The label has one of the values.</summary>
    In,

    /// <summary>The label is absent or has none of the values.</summary>
    NotIn,

    /// <summary>The label is present.</summary>
    Exists,

    /// <summary>The label is absent.</summary>
    DoesNotExist,

    /// <summary>The label is a number above the value.</summary>
    GreaterThan,

    /// <summary>The label is a number below the value.</summary>
    LessThan,
}

/// <summary>One requirement of a label selector.</summary>
internal sealed record LabelRequirement(string Key, LabelOperator Operator, ImmutableArray<string> Values)
{
    /// <summary>Whether these labels meet it.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        var present = labels.TryGetValue(Key, out var value);
        return Operator switch
        {
            LabelOperator.In => present && Values.Contains(value!),
            LabelOperator.NotIn => !present || !Values.Contains(value!),
            LabelOperator.Exists => present,
            LabelOperator.DoesNotExist => !present,
            _ => present && Compare(value!),
        };
    }

    private bool Compare(string value)
    {
        if (!long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return false;
        var bound = long.Parse(Values[0], CultureInfo.InvariantCulture);
        return Operator == LabelOperator.GreaterThan ? number > bound : number < bound;
    }
}
