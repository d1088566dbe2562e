namespace Operator.Limiter.Rewriting;

/// <summary>A system prompt as it is put into bodies: made once for a revision, however large the prompt is. Safe for several threads.</summary>
/// <param name="text">The prompt as a JSON string.</param>
internal sealed class SystemPromptJson(byte[] text)
{
    private byte[]? _block, _marked, _member, _markedMember;

    /// <summary>The block alone.</summary>
    /// <param name="mark">Whether it ends with a cache breakpoint.</param>
    public byte[] Block(bool mark) => mark
        ? _marked ??= [.. """{"type":"text","text":"""u8, .. text, .. ""","cache_control":{"type":"ephemeral"}}"""u8]
        : _block ??= [.. """{"type":"text","text":"""u8, .. text, (byte)'}'];

    /// <summary>The member of a body that has no system prompt of its own.</summary>
    /// <param name="mark">Whether the block ends with a cache breakpoint.</param>
    public byte[] Member(bool mark)
    {
        ref var member = ref mark ? ref _markedMember : ref _member;
        return member ??= MessageRewriter.Member(KnownField.System, (byte[])[(byte)'[', .. Block(mark), (byte)']']);
    }
}
