using System.Text;

namespace Operator.Kubernetes;

/// <summary>Reads the texts out of <c>Warning</c> headers of the form <c>299 - "text"</c>; several may share one header.</summary>
internal static class WarningHeader
{
    /// <summary>The longest text that is passed on, in characters.</summary>
    public const int MaxLength = 1024;

    /// <summary>The texts of all warnings with code 299, in order; other codes and malformed headers give none.</summary>
    public static IEnumerable<string> Read(IEnumerable<string> headers)
    {
        foreach (var header in headers)
        {
            var at = 0;
            while (Next(header, ref at) is { } warning)
                if (warning.Code == "299" && warning.Text.Length > 0) yield return warning.Text;
        }
    }

    private static (string Code, string Text)? Next(string header, ref int at)
    {
        while (at < header.Length && header[at] is ' ' or ',') at++;
        var code = Token(header, ref at);
        var agent = Token(header, ref at);
        if (code.Length != 3 || agent.Length == 0 || at >= header.Length || header[at] != '"') return null;
        return (code, Quoted(header, ref at));
    }

    private static string Token(string header, ref int at)
    {
        var start = at;
        while (at < header.Length && header[at] != ' ') at++;
        var token = header[start..at];
        if (at < header.Length) at++;
        return token;
    }

    private static string Quoted(string header, ref int at)
    {
        var text = new StringBuilder();
        for (at++; at < header.Length && header[at] != '"'; at++)
        {
            if (header[at] == '\\' && at + 1 < header.Length) at++;
            if (text.Length < MaxLength && !char.IsControl(header[at])) text.Append(header[at]);
        }
        at = Math.Min(at + 1, header.Length);
        // An optional quoted date may follow the text.
        if (at + 1 < header.Length && header[at] == ' ' && header[at + 1] == '"')
        {
            var end = header.IndexOf('"', at + 2);
            at = end < 0 ? header.Length : end + 1;
        }
        return text.ToString();
    }
}
