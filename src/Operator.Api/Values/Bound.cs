using System.Text.Json.Serialization;

namespace Operator.Api;

/// <summary>The bound of a live gate: a percent, a duration or an amount, as its metric asks.</summary>
/// <param name="Text">The text.</param>
[JsonConverter(typeof(ScalarTextConverter<Bound>))]
public readonly record struct Bound(string Text) : IScalarText<Bound>
{
    static Bound IScalarText<Bound>.FromText(string text) => new(text);

    /// <summary>The bound as a share.</summary>
    public Percent AsPercent() => new(Text);

    /// <summary>The bound as a duration.</summary>
    public GoDuration AsDuration() => new(Text);

    /// <summary>The bound as an amount.</summary>
    public Money AsMoney() => new(Text);

    /// <summary>The text.</summary>
    public override string ToString() => Text ?? "";
}
