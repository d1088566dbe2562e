using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Operator.LocalCluster.Schemas;

/// <summary>The string formats that a real API server checks; others are ignored.</summary>
internal static partial class StringFormats
{
    private static readonly Dictionary<string, Func<string, bool>> Checks = new(StringComparer.Ordinal)
    {
        ["bsonobjectid"] = text => text.Length == 24 && text.All(char.IsAsciiHexDigit),
        ["uri"] = text => RequestUri().IsMatch(text),
        ["email"] = text => System.Net.Mail.MailAddress.TryCreate(text, out _),
        ["hostname"] = text => text.Length is > 0 and <= 255 && Hostname().IsMatch(text),
        ["ipv4"] = text => text.Contains('.', StringComparison.Ordinal) && IsAddress(text),
        ["ipv6"] = text => text.Contains(':', StringComparison.Ordinal) && IsAddress(text),
        ["cidr"] = IsCidr,
        ["mac"] = text => Mac().IsMatch(text),
        ["uuid"] = text => Uuid().IsMatch(text),
        ["uuid3"] = text => Uuid3().IsMatch(text),
        ["uuid4"] = text => Uuid4().IsMatch(text),
        ["uuid5"] = text => Uuid5().IsMatch(text),
        ["isbn"] = text => IsIsbn10(text) || IsIsbn13(text),
        ["isbn10"] = IsIsbn10,
        ["isbn13"] = IsIsbn13,
        ["creditcard"] = IsCardNumber,
        ["ssn"] = text => text.Length == 11 && SocialSecurityNumber().IsMatch(text),
        ["hexcolor"] = text => HexColor().IsMatch(text),
        ["rgbcolor"] = text => RgbColor().IsMatch(text),
        ["byte"] = IsBase64,
        ["password"] = _ => true,
        ["date"] = text => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        ["duration"] = text => GoDuration().IsMatch(text) || LongDuration().IsMatch(text),
        ["datetime"] = IsDateTime,
        ["k8sshortname"] = text => text.Length <= 63 && ShortName().IsMatch(text),
        ["k8slongname"] = text => text.Length <= 253 && LongName().IsMatch(text),
    };

    /// <summary>The format as far as the server supports it for the schema's type; else empty.</summary>
    public static string EffectiveFormat(StructuralSchema schema) => schema switch
    {
        { Format: "" } => "",
        { IsIntOrString: true } or { Type: "" or "string" } => IsKnown(schema.Format) ? schema.Format : "",
        { Type: "integer", Format: "int32" or "int64" } or { Type: "number", Format: "float" or "double" } => schema.Format,
        _ => "",
    };

    /// <summary>Whether a string format is checked.</summary>
    public static bool IsKnown(string format) => Checks.ContainsKey(Normalize(format));

    /// <summary>Whether a text has a known format.</summary>
    public static bool Fits(string format, string text) => Checks[Normalize(format)](text);

    private static string Normalize(string format) => format.Replace("-", "", StringComparison.Ordinal);

    private static bool IsDateTime(string text)
    {
        var match = DateTimeShape().Match(text);
        return match.Success
            && DateOnly.TryParseExact(match.Groups[1].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            && string.CompareOrdinal(match.Groups[2].Value, "23") <= 0
            && string.CompareOrdinal(match.Groups[3].Value, "59") <= 0
            && string.CompareOrdinal(match.Groups[4].Value, "59") <= 0;
    }

    private static bool IsAddress(string text) => !text.Contains('%', StringComparison.Ordinal) && !text.Contains('[', StringComparison.Ordinal)
        && IPAddress.TryParse(text, out var address)
        && (address.AddressFamily == AddressFamily.InterNetworkV6 || text.Count(character => character == '.') == 3);

    private static bool IsCidr(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && IsAddress(text[..slash]) && IPAddress.TryParse(text[..slash], out var address)
            && int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var bits)
            && bits <= (address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
    }

    private static bool IsBase64(string text) =>
        text.Length > 0 && text.Length % 4 == 0 && Convert.TryFromBase64String(text, new byte[text.Length], out _) && !text.Any(char.IsWhiteSpace);

    private static bool IsIsbn10(string text)
    {
        var digits = text.Replace("-", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal);
        return Isbn10().IsMatch(digits) && digits.Select((digit, i) => (10 - i) * (digit is 'X' ? 10 : digit - '0')).Sum() % 11 == 0;
    }

    private static bool IsIsbn13(string text)
    {
        var digits = text.Replace("-", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal);
        return digits.Length == 13 && digits.All(char.IsAsciiDigit) && digits.Select((digit, i) => (i % 2 == 0 ? 1 : 3) * (digit - '0')).Sum() % 10 == 0;
    }

    private static bool IsCardNumber(string text)
    {
        var digits = new string([.. text.Where(char.IsAsciiDigit)]);
        return digits.Length is >= 13 and <= 16
            && digits.Reverse().Select((digit, i) => i % 2 == 0 ? digit - '0' : ((digit - '0') * 2 % 10) + ((digit - '0') * 2 / 10)).Sum() % 10 == 0;
    }

    [GeneratedRegex(@"^(\d{4}-\d{2}-\d{2})[tT]([0-9]{2}):([0-9]{2}):([0-9]{2})(.[0-9]+)?([zZ]|[+-][0-9]{2}:[0-9]{2})\z", RegexOptions.CultureInvariant | RegexOptions.ECMAScript)]
    private static partial Regex DateTimeShape();

    // A scheme with an opaque rest; or an absolute path, alone or after a scheme and an authority, in which escapes must be whole.
    [GeneratedRegex(@"^[a-zA-Z][a-zA-Z0-9+.-]*:([^/\x00-\x1f\x7f][^\x00-\x1f\x7f]*)?\z"
        + @"|^(/|[a-zA-Z][a-zA-Z0-9+.-]*:(?=/(?!/))|[a-zA-Z][a-zA-Z0-9+.-]*://(([^/?#%@\x00- \x7f]|%[0-9a-fA-F]{2})*@)?(\[(?=[^\]]*:[^\]]*:)[0-9a-fA-F:.]+\]|(?!\[)[^/?#%:\x00- \x7f\\^`{|}@]*)(:[0-9]*)?(?=[/?]|\z))"
        + @"([^%?\x00-\x1f\x7f]|%[0-9a-fA-F]{2})*(\?[^\x00-\x1f\x7f]*)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex RequestUri();

    [GeneratedRegex(@"^[+-]?(0|((\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h))+)\z", RegexOptions.CultureInvariant)]
    private static partial Regex GoDuration();

    [GeneratedRegex(@"\d+\s*(ns|us|µs|ms|s|m|h|d|w|hr|wk|nano[a-z]*|micro[a-z]*|milli[a-z]*|sec[a-z]*|min[a-z]*|hour[a-z]*|day[a-z]*|week[a-z]*)(?![A-Za-zµ])", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex LongDuration();

    [GeneratedRegex(@"^([a-zA-Z0-9\p{S}\p{L}]((-?[a-zA-Z0-9\p{S}\p{L}]{0,62})?)|([a-zA-Z0-9\p{S}\p{L}](([a-zA-Z0-9\-\p{S}\p{L}]{0,61}[a-zA-Z0-9\p{S}\p{L}])?)(\.)){1,}([a-zA-Z\p{L}]){2,63})\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Hostname();

    // Six, eight or twenty octets.
    [GeneratedRegex(@"^([0-9a-fA-F]{2}([:-])([0-9a-fA-F]{2}\2){4}(([0-9a-fA-F]{2}\2){2}|([0-9a-fA-F]{2}\2){14})?[0-9a-fA-F]{2}|([0-9a-fA-F]{4}\.){2}(([0-9a-fA-F]{4}\.){1}|([0-9a-fA-F]{4}\.){7})?[0-9a-fA-F]{4}|[0-9a-fA-F]{12}|[0-9a-fA-F]{16}|[0-9a-fA-F]{40})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Mac();

    [GeneratedRegex("^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Uuid();

    [GeneratedRegex("^[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}\\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Uuid3();

    [GeneratedRegex("^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}\\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Uuid4();

    [GeneratedRegex("^[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}\\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Uuid5();

    [GeneratedRegex("^[0-9]{9}[0-9X]\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Isbn10();

    [GeneratedRegex("^[0-9]{3}[- ]?[0-9]{2}[- ]?[0-9]{4}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex SocialSecurityNumber();

    [GeneratedRegex("^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})\\z", RegexOptions.CultureInvariant)]
    private static partial Regex HexColor();

    [GeneratedRegex(@"^rgb\(\s*(0|[1-9][0-9]?|1[0-9][0-9]?|2[0-4][0-9]|25[0-5])\s*,\s*(0|[1-9][0-9]?|1[0-9][0-9]?|2[0-4][0-9]|25[0-5])\s*,\s*(0|[1-9][0-9]?|1[0-9][0-9]?|2[0-4][0-9]|25[0-5])\s*\)\z", RegexOptions.CultureInvariant)]
    private static partial Regex RgbColor();

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]*[a-z0-9])?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex ShortName();

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\\z", RegexOptions.CultureInvariant)]
    private static partial Regex LongName();
}
