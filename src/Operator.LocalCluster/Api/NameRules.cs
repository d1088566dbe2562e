using System.Text.RegularExpressions;

namespace Operator.LocalCluster.Api;

/// <summary>What names, label keys and label values may look like. Each rule answers the reason why a text is wrong, or null.</summary>
internal static partial class NameRules
{
    private const string SubdomainFormat = "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";
    private const string LabelFormat = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private const string QualifiedFormat = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";

    /// <summary>A DNS subdomain: the name of most objects.</summary>
    public static string? Subdomain(string name)
    {
        if (name.Length > 253) return "must be no more than 253 characters";
        return SubdomainPattern().IsMatch(name)
            ? null
            : "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with "
                + $"an alphanumeric character (e.g. 'example.com', regex used for validation is '{SubdomainFormat}')";
    }

    /// <summary>A DNS label: the name of a namespace.</summary>
    public static string? Label(string name)
    {
        if (name.Length > 63) return "must be no more than 63 characters";
        return LabelPattern().IsMatch(name)
            ? null
            : "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an "
                + $"alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '{LabelFormat}')";
    }

    /// <summary>A name that only must be one segment of a path: the name of RBAC objects.</summary>
    public static string? PathSegment(string name) => name switch
    {
        "." => "may not be '.'",
        ".." => "may not be '..'",
        _ when name.Contains('/') => "may not contain '/'",
        _ when name.Contains('%') => "may not contain '%'",
        _ => null,
    };

    /// <summary>The key of a label or annotation, or the name of a finalizer: an optional prefix and a name.</summary>
    public static string? QualifiedName(string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        var name = key[(slash + 1)..];
        if (key.Count(c => c == '/') > 1)
        {
            return "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
                + "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '" + QualifiedFormat
                + "') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
        }
        if (slash == 0) return "prefix part must be non-empty";
        if (slash > 0 && Subdomain(key[..slash]) is { } wrong) return "prefix part " + wrong;
        if (name.Length == 0) return "name part must be non-empty";
        if (name.Length > 63) return "name part must be no more than 63 characters";
        return QualifiedPattern().IsMatch(name)
            ? null
            : "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
                + $"(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '{QualifiedFormat}')";
    }

    /// <summary>The value of a label.</summary>
    public static string? LabelValue(string value)
    {
        if (value.Length > 63) return "must be no more than 63 characters";
        return value.Length == 0 || QualifiedPattern().IsMatch(value)
            ? null
            : "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with "
                + "an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
                + "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
    }

    [GeneratedRegex("^" + SubdomainFormat + "\\z", RegexOptions.CultureInvariant)]
    private static partial Regex SubdomainPattern();

    [GeneratedRegex("^" + LabelFormat + "\\z", RegexOptions.CultureInvariant)]
    private static partial Regex LabelPattern();

    [GeneratedRegex("^" + QualifiedFormat + "\\z", RegexOptions.CultureInvariant)]
    private static partial Regex QualifiedPattern();
}
