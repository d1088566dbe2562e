namespace Operator.Api.Validation;

/// <summary>URLs in specs are read by many people: nothing secret may stand in them.</summary>
internal static class HttpUrlRules
{
    private const int Longest = 2048;

    private static readonly string[] SecretWords =
        ["key", "token", "secret", "password", "passwd", "pwd", "auth", "authorization", "sig", "signature", "credential", "credentials", "session", "code"];

    private static readonly string[] SecretParts = ["apikey", "accesskey", "accesstoken", "authtoken", "secret", "password", "signature", "credential"];

    /// <summary>Checks an https URL. Messages never repeat it: it may hold what must not be shown.</summary>
    public static void Check(FindingCollector found, string path, string? url)
    {
        if (string.IsNullOrEmpty(url))
        {
            found.Required(path, "is missing; give an https URL");
            return;
        }
        if (url.Length > Longest)
        {
            found.Error(path, FindingReason.FieldValueTooLong, $"has {url.Length} characters; at most {Longest} are allowed");
            return;
        }
        if (url.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c == '\\') || !Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            found.Invalid(path, "is no absolute URL; write https://host/path");
            return;
        }
        if (uri.Scheme != Uri.UriSchemeHttps)
        {
            found.Invalid(path, "must begin with https://; results that decide about a rollout may not travel in the clear");
        }
        if (uri.UserInfo.Length > 0)
        {
            found.Invalid(path, "holds credentials; remove the part before the @ and let the service recognise the operator otherwise");
        }
        if (uri.Fragment.Length > 0) found.Invalid(path, "has a fragment, which is never sent; remove the part from # on");
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var name = pair.Split('=')[0];
            if (!NamesSecret(name)) continue;
            found.Invalid(path, "has a query parameter that looks like a secret; specs are no place for secrets, remove it");
            break;
        }
    }

    private static bool NamesSecret(string name)
    {
        var words = Uri.UnescapeDataString(name).ToLowerInvariant().Split(['-', '_', '.'], StringSplitOptions.RemoveEmptyEntries);
        var whole = string.Concat(words);
        return words.Any(w => SecretWords.Contains(w)) || SecretParts.Any(p => whole.Contains(p, StringComparison.Ordinal));
    }
}
