namespace Operator.Limiter.Rewriting;

/// <summary>Puts a system prompt in as the first block; what the caller sent stays behind it, byte for byte.</summary>
internal static class SystemRewriter
{
    /// <summary>Adds the edits.</summary>
    /// <param name="edits">The edits.</param>
    /// <param name="body">The body.</param>
    /// <param name="scan">Its scan.</param>
    /// <param name="text">The prompt as a JSON string.</param>
    /// <param name="added">Members to be added.</param>
    public static void Plan(BodyEdits edits, ReadOnlySpan<byte> body, MessageScan scan, byte[] text, List<byte[]> added)
    {
        // A breakpoint of ours may neither be the fifth nor stand before one of an hour; later ones cover the block as well.
        var mark = scan.Breakpoints < BreakpointScanner.Max && !scan.HourBreakpoint;
        byte[] block =
        [
            .. """{"type":"text","text":"""u8, .. text,
            .. mark ? ""","cache_control":{"type":"ephemeral"}}"""u8 : "}"u8,
        ];
        var system = scan.Value(KnownField.System);
        if (!system.Exists)
        {
            added.Add(MessageRewriter.Member(KnownField.System, (byte[])[(byte)'[', .. block, (byte)']']));
            return;
        }
        var value = system.Of(body);
        switch (value[0])
        {
            case (byte)'[':
                var empty = value[1..].TrimStart(" \t\r\n"u8)[0] == (byte)']';
                edits.Insert(system.Start + 1, empty ? block : [.. block, (byte)',']);
                break;
            case (byte)'"' when value.Length > 2:
                edits.Insert(system.Start, [(byte)'[', .. block, (byte)',', .. """{"type":"text","text":"""u8]);
                edits.Insert(system.End, "}]"u8.ToArray());
                break;
            case (byte)'"' or (byte)'n':
                edits.Replace(system, [(byte)'[', .. block, (byte)']']);
                break;
            default:
                // Neither text nor blocks: the API refuses it with its own words.
                break;
        }
    }
}
