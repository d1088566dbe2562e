using System.Globalization;

namespace Operator.Evals.Providers;

/// <summary>A host that <c>http</c> gates may ask.</summary>
/// <param name="Host">The host in lower case; behind <c>*.</c> any host below it.</param>
/// <param name="IsSuffix">Whether <paramref name="Host"/> is a suffix.</param>
/// <param name="Port">The port.</param>
/// <param name="AllowsPrivate">Whether addresses of private networks and of this machine are allowed.</param>
internal sealed record AllowedHost(string Host, bool IsSuffix, int Port, bool AllowsPrivate)
{
    /// <summary>Reads an entry of the list.</summary>
    /// <exception cref="FormatException">It has another form.</exception>
    public static AllowedHost Parse(string entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var words = entry.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var isPrivate = words is [_, "private"];
        if (words.Length != 1 && !isPrivate) throw Wrong(entry);
        var place = words[0];
        var isSuffix = place.StartsWith("*.", StringComparison.Ordinal);
        if (isSuffix) place = place[2..];
        if (!Uri.TryCreate("https://" + place, UriKind.Absolute, out var uri) || uri.UserInfo.Length > 0 || uri.PathAndQuery != "/" || uri.Fragment.Length > 0
            || uri.IdnHost.Contains('*', StringComparison.Ordinal) || place.Contains('/', StringComparison.Ordinal) || uri.IdnHost.Length == 0
            || (isSuffix && uri.HostNameType != UriHostNameType.Dns)) throw Wrong(entry);
        return new AllowedHost(Normal(uri.IdnHost), isSuffix, uri.Port, isPrivate);
    }

    /// <summary>The first entry that allows an address; null when none does.</summary>
    public static AllowedHost? Find(IEnumerable<AllowedHost> allowed, Uri url)
    {
        var host = Normal(url.IdnHost);
        return allowed.FirstOrDefault(a => a.Port == url.Port
            && (a.IsSuffix ? url.HostNameType == UriHostNameType.Dns && host.EndsWith("." + a.Host, StringComparison.Ordinal) : host == a.Host));
    }

    /// <summary>The entry as it is written.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(IsSuffix ? "*." : "")}{Host}:{Port}{(AllowsPrivate ? " private" : "")}");

    private static string Normal(string host) => host.TrimEnd('.').ToLowerInvariant();

    private static FormatException Wrong(string entry) =>
        new($"'{entry}' is no host that http gates may ask; expected host[:port] or *.suffix[:port], and ' private' behind it for private addresses");
}
