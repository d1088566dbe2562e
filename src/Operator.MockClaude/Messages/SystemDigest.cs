using System.Globalization;
using System.Text;
using Operator.MockClaude.Caching;

namespace Operator.MockClaude.Messages;

/// <summary>The short name of a system prompt.</summary>
public static class SystemDigest
{
    /// <summary>16 hexadecimal digits that follow from the text alone; the texts of several blocks are joined by a newline.</summary>
    public static string Of(string systemPrompt)
    {
        ArgumentNullException.ThrowIfNull(systemPrompt);
        var hash = new ContentHash();
        hash.Add(Encoding.UTF8.GetBytes(systemPrompt));
        return hash.A.ToString("x16", CultureInfo.InvariantCulture);
    }
}
