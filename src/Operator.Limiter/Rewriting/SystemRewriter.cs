namespace Operator.Limiter.Rewriting;

/// <summary>Puts a system prompt in as the first block; what the caller sent stays behind it, byte for byte.</summary>
internal static class SystemRewriter
{
    private static readonly byte[] Open = "["u8.ToArray();
    private static readonly byte[] NextText = """,{"type":"text","text":"""u8.ToArray();
    private static readonly byte[] CloseBoth = "}]"u8.ToArray();

    /// <summary>Adds the edits.</summary>
    /// <param name="edits">The edits.</param>
    /// <param name="body">The body.</param>
    /// <param name="scan">Its scan.</param>
    /// <param name="prompt">The prompt.</param>
    /// <param name="added">Members to be added.</param>
    public static void Plan(BodyEdits edits, ReadOnlySpan<byte> body, MessageScan scan, SystemPromptJson prompt, List<byte[]> added)
    {
        // A breakpoint of ours may neither be the fifth nor stand before one of an hour; later ones cover the block as well.
        var mark = scan.Breakpoints < BreakpointScanner.Max && !scan.HourBreakpoint;
        var system = scan.Value(KnownField.System);
        if (!system.Exists)
        {
            added.Add(prompt.Member(mark));
            return;
        }
        var value = system.Of(body);
        switch (value[0])
        {
            case (byte)'[':
                var empty = value[1..].TrimStart(" \t\r\n"u8)[0] == (byte)']';
                edits.Insert(system.Start + 1, prompt.Block(mark));
                if (!empty) edits.Insert(system.Start + 1, MessageRewriter.Comma);
                break;
            case (byte)'"' when value.Length > 2:
                edits.Insert(system.Start, Open);
                edits.Insert(system.Start, prompt.Block(mark));
                edits.Insert(system.Start, NextText);
                edits.Insert(system.End, CloseBoth);
                break;
            case (byte)'"' or (byte)'n':
                edits.Replace(system, [(byte)'[', .. prompt.Block(mark), (byte)']']);
                break;
            default:
                // Neither text nor blocks: the API refuses it with its own words.
                break;
        }
    }
}
