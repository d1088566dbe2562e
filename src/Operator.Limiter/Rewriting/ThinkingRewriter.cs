using Operator.Contract;

namespace Operator.Limiter.Rewriting;

/// <summary>Sets <c>thinking.type</c>, and asks the API to drop thinking blocks of another revision.</summary>
internal static class ThinkingRewriter
{
    /// <summary>Adds the edits.</summary>
    /// <returns>The members that must go.</returns>
    public static KnownField Plan(
        BodyEdits edits, ReadOnlySpan<byte> body, MessageScan scan, in BodyPlan plan, byte[] binding, List<byte[]> added)
    {
        var span = scan.Value(KnownField.Thinking);
        var model = plan.Fallback ?? plan.Revision!.Model;
        var type = plan.Revision!.Configuration.Thinking ?? scan.ThinkingType;
        if (plan.Fallback is not null) type = ParameterRules.Thinking(type, model);
        var drop = plan.DropForeignThinking && model.BindsPrefix && !scan.ThinkingBinding;
        if (type is null)
        {
            if (plan.Fallback is not null && span.Exists) return KnownField.Thinking;
            // Where thinking cannot be switched off, naming the default changes nothing but lets the wish be told.
            if (drop && !span.Exists && model.RefusesThinkingDisabled)
            {
                added.Add(MessageRewriter.Member(KnownField.Thinking, (byte[])[.. """{"type":"adaptive","block_binding":"""u8, .. binding, (byte)'}']));
            }
            return KnownField.Other;
        }
        if (span.Exists && type == scan.ThinkingType)
        {
            if (drop) edits.Insert(span.Start + 1, [.. "\"block_binding\":"u8, .. binding, (byte)',']);
            return KnownField.Other;
        }
        byte[] value =
        [
            .. """{"type":"""u8, .. Configuration.ServedRevision.Quote(type),
            .. scan.ThinkingDisplay.Exists && type != "disabled" ? [.. ",\"display\":"u8, .. scan.ThinkingDisplay.Of(body)] : Array.Empty<byte>(),
            .. drop ? [.. ",\"block_binding\":"u8, .. binding] : Array.Empty<byte>(), (byte)'}',
        ];
        if (span.Exists) edits.Replace(span, value);
        else added.Add(MessageRewriter.Member(KnownField.Thinking, value));
        return KnownField.Other;
    }
}
