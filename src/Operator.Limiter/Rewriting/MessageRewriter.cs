using System.Text;
using Operator.Contract;
using Operator.Limiter.Configuration;

namespace Operator.Limiter.Rewriting;

/// <summary>
/// Changes in a body what the variant says, and nothing else: newer models refuse a conversation whose prefix changed, and what this
/// limiter does not know may matter to the API.
/// </summary>
internal static class MessageRewriter
{
    /// <summary>The beta under which the API takes the wish to drop foreign thinking blocks.</summary>
    public const string ThinkingBindingBeta = "thinking-binding-controls-2026-08-01";

    internal static readonly byte[] Comma = ","u8.ToArray();

    private static readonly byte[] DropBlock = """{"prefix_mismatch_behavior":"drop_block"}"""u8.ToArray();

    /// <summary>The edits that a plan needs.</summary>
    public static BodyEdits Plan(ReadOnlySpan<byte> body, MessageScan scan, in BodyPlan plan)
    {
        var edits = new BodyEdits();
        if (plan.Revision is not { } revision) return edits;
        var removed = plan.Fallback is { } target ? ParameterRules.Removed(scan, target) : KnownField.Other;
        var added = new List<byte[]>();
        var model = plan.Fallback is { } other ? ServedRevision.Quote(other.Id) : revision.ModelJson;
        Set(edits, body, scan, KnownField.Model, model, added);
        if (revision.MaxTokensJson is { } max && !plan.CountOnly) Set(edits, body, scan, KnownField.MaxTokens, max, added);
        removed |= EffortRewriter.Plan(edits, body, scan, revision, plan.Fallback, added);
        removed |= ThinkingRewriter.Plan(edits, body, scan, plan, DropBlock, added);
        if (revision.System is { } prompt) SystemRewriter.Plan(edits, body, scan, prompt, added);
        var remains = FirstKept(scan.Members, removed) >= 0;
        for (var i = 0; i < added.Count; i++)
        {
            edits.Insert(scan.Inside, added[i]);
            if (remains || i < added.Count - 1) edits.Insert(scan.Inside, Comma);
        }
        // After the insertions: a cut may begin where they stand.
        Remove(edits, scan, removed);
        return edits;
    }

    /// <summary>The place of the first member that is not removed; -1 without one.</summary>
    private static int FirstKept(List<JsonMember> members, KnownField removed) => members.FindIndex(m => m.Field == KnownField.Other || (removed & m.Field) == 0);

    internal static byte[] Member(KnownField field, ReadOnlySpan<byte> value) =>
        [(byte)'"', .. Encoding.UTF8.GetBytes(FieldNames.Name(field)), (byte)'"', (byte)':', .. value];

    private static void Set(
        BodyEdits edits, ReadOnlySpan<byte> body, MessageScan scan, KnownField field, byte[] value, List<byte[]> added)
    {
        var span = scan.Value(field);
        if (span.Exists) edits.ReplaceDifferent(body, span, value);
        else added.Add(Member(field, value));
    }

    private static void Remove(BodyEdits edits, MessageScan scan, KnownField removed)
    {
        if (removed == KnownField.Other) return;
        var members = scan.Members;
        var kept = FirstKept(members, removed);
        if (kept < 0)
        {
            edits.Replace(new JsonSpan(members[0].NameStart, members[^1].Value.End), []);
            return;
        }
        if (kept > 0) edits.Replace(new JsonSpan(members[0].NameStart, members[kept].NameStart), []);
        for (var i = kept + 1; i < members.Count; i++)
        {
            if ((removed & members[i].Field) == 0) continue;
            edits.Replace(new JsonSpan(members[i - 1].Value.End, members[i].Value.End), []);
        }
    }
}
