using Operator.Contract;
using Operator.Limiter.Configuration;

namespace Operator.Limiter.Rewriting;

/// <summary>Sets <c>output_config.effort</c>, or takes it away where a fallback's model does not know it.</summary>
internal static class EffortRewriter
{
    private static readonly string[] Levels = ["low", "medium", "high", "xhigh", "max"];

    /// <summary>Adds the edits.</summary>
    /// <returns>The members that must go.</returns>
    public static KnownField Plan(
        BodyEdits edits, ReadOnlySpan<byte> body, MessageScan scan, ServedRevision revision, ModelConfiguration? fallback, List<byte[]> added)
    {
        var wanted = revision.Configuration.Effort ?? scan.EffortText;
        if (wanted is null) return KnownField.Other;
        var level = fallback is null ? wanted : Known(wanted, fallback.Efforts);
        var config = scan.Value(KnownField.OutputConfig);
        if (level is null) return Without(edits, body, scan, config);
        var json = level == revision.Configuration.Effort ? revision.EffortJson! : ServedRevision.Quote(level);
        if (scan.Effort.Exists)
        {
            if (scan.EffortText != level) edits.ReplaceDifferent(body, scan.Effort, json);
        }
        else if (!config.Exists)
        {
            added.Add(MessageRewriter.Member(KnownField.OutputConfig, (byte[])[.. """{"effort":"""u8, .. json, (byte)'}']));
        }
        else if (body[config.Start] == (byte)'{')
        {
            var empty = body[(config.Start + 1)..].TrimStart(" \t\r\n"u8)[0] == (byte)'}';
            edits.Insert(config.Start + 1, [.. "\"effort\":"u8, .. json, .. empty ? ""u8 : ","u8]);
        }
        else if (body[config.Start] == (byte)'n')
        {
            edits.Replace(config, [.. """{"effort":"""u8, .. json, (byte)'}']);
        }
        return KnownField.Other;
    }

    /// <summary>The nearest level that a model knows, a lower one rather than a higher; null when it knows none.</summary>
    internal static string? Known(string wanted, IReadOnlyList<string> efforts)
    {
        if (efforts.Count == 0) return null;
        if (efforts.Contains(wanted)) return wanted;
        var at = Array.IndexOf(Levels, wanted);
        for (var i = at; i >= 0; i--)
        {
            if (efforts.Contains(Levels[i])) return Levels[i];
        }
        return efforts[0];
    }

    private static KnownField Without(BodyEdits edits, ReadOnlySpan<byte> body, MessageScan scan, JsonSpan config)
    {
        if (!scan.Effort.Exists) return KnownField.Other;
        // Null stands for the default and keeps the other members where they are.
        var alone = !body[(config.Start + 1)..scan.Effort.Start].Contains((byte)',') && body[scan.Effort.End..].TrimStart(" \t\r\n"u8)[0] == (byte)'}';
        if (alone) return KnownField.OutputConfig;
        edits.Replace(scan.Effort, "null"u8.ToArray());
        return KnownField.Other;
    }
}
