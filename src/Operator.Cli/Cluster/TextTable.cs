using System.Text;

namespace Operator.Cli.Cluster;

/// <summary>Columns of text as kubectl writes them. Where they are wider than the terminal, cells are cut.</summary>
internal static class TextTable
{
    private const int Gap = 3;
    private const int NarrowGap = 2;

    /// <summary>Writes a table.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="headers">The columns' names.</param>
    /// <param name="rows">The rows, each with as many cells as there are columns.</param>
    /// <param name="width">The width of the terminal; null for none.</param>
    public static void Write(TextWriter output, IReadOnlyList<string> headers, IReadOnlyList<IReadOnlyList<string>> rows, int? width)
    {
        var widths = headers.Select((h, i) => rows.Select(r => r[i].Length).Append(h.Length).Max()).ToArray();
        var gap = width is { } room && widths.Sum() + Gap * (widths.Length - 1) > room ? NarrowGap : Gap;
        if (width is { } most) Narrow(widths, most - gap * (widths.Length - 1));
        foreach (var row in rows.Prepend(headers))
        {
            var line = new StringBuilder();
            for (var i = 0; i < row.Count; i++) line.Append(Cut(row[i], widths[i]).PadRight(widths[i] + gap));
            output.WriteLine(Cut(line.ToString().TrimEnd(), Math.Max(width ?? int.MaxValue, 20)));
        }
    }

    /// <summary>Makes columns narrower until they fit: the last one first, which holds prose; names, in the first, give way last.</summary>
    private static void Narrow(int[] widths, int room)
    {
        var last = widths.Length - 1;
        Shrink(last, 12);
        while (widths.Sum() > room)
        {
            var widest = Enumerable.Range(1, Math.Max(0, last - 1)).DefaultIfEmpty(0).MaxBy(i => widths[i]);
            if (widest == 0 || widths[widest] <= 10) break;
            widths[widest]--;
        }
        Shrink(0, 16);

        void Shrink(int column, int least) => widths[column] = Math.Max(Math.Min(widths[column], least), widths[column] - Math.Max(0, widths.Sum() - room));
    }

    private static string Cut(string text, int most) => text.Length <= most ? text : string.Concat(text.AsSpan(0, most - 1), "…");

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
