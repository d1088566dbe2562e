using System.Text;

namespace Operator.Cli.Cluster;

/// <summary>Columns of text as kubectl writes them. The last column is cut at the width, where there is one.</summary>
internal static class TextTable
{
    /// <summary>Writes a table.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="headers">The columns' names.</param>
    /// <param name="rows">The rows, each with as many cells as there are columns.</param>
    /// <param name="width">The width of the terminal; null for none.</param>
    public static void Write(TextWriter output, IReadOnlyList<string> headers, IReadOnlyList<IReadOnlyList<string>> rows, int? width)
    {
        var widths = headers.Select((h, i) => rows.Select(r => r[i].Length).Append(h.Length).Max()).ToList();
        foreach (var row in rows.Prepend(headers))
        {
            var line = new StringBuilder();
            for (var i = 0; i < row.Count; i++) line.Append(i == row.Count - 1 ? row[i] : row[i].PadRight(widths[i] + 3));
            var text = line.ToString().TrimEnd();
            output.WriteLine(width is { } most && text.Length > most && most > 20 ? text[..(most - 1)] + "…" : text);
        }
    }

    /// <summary>The width of the terminal that results go to; null when they go elsewhere.</summary>
    public static int? Width(TextWriter output)
    {
        if (!ReferenceEquals(output, Console.Out) || Console.IsOutputRedirected) return null;
        return Console.WindowWidth > 0 ? Console.WindowWidth : null;
    }

    /// <summary>How long ago something was, as kubectl writes it.</summary>
    public static string Age(DateTimeOffset? since, DateTimeOffset now)
    {
        if (since is not { } at) return "<unknown>";
        var age = now - at;
        return age < TimeSpan.FromMinutes(2) ? $"{(int)Math.Max(0, age.TotalSeconds)}s"
            : age < TimeSpan.FromHours(2) ? $"{(int)age.TotalMinutes}m"
            : age < TimeSpan.FromDays(2) ? $"{(int)age.TotalHours}h"
            : $"{(int)age.TotalDays}d";
    }
}
