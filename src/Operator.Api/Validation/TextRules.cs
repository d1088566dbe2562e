using System.Text.RegularExpressions;

namespace Operator.Api.Validation;

/// <summary>Forms of names. The patterns are those of the schemas, too.</summary>
internal static partial class TextRules
{
    public const string ModelIdPattern = "^[a-z0-9]([a-z0-9._:@-]*[a-z0-9])?$";
    public const string DnsLabelPattern = "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$";
    public const string DnsSubdomainPattern = @"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$";
    public const string LabelValuePattern = "^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$";
    public const string SecretKeyPattern = "^[A-Za-z0-9._-]+$";
    public const string DigestPattern = "^[0-9a-f]{64}$";

    public const int ModelIdLength = 128;
    public const int LabelLength = 63;
    public const int SubdomainLength = 253;

    /// <summary>A gate's name is a part of the names of eval runs and Jobs.</summary>
    public const int GateNameLength = 40;

    public static bool ModelId(FindingCollector found, string path, string? value) =>
        Check(found, path, value, ModelIdForm(), ModelIdLength,
            "a model id consists of lower case letters, digits and . _ : @ -, such as claude-sonnet-5-5");

    public static void LabelValue(FindingCollector found, string path, string? value) =>
        Check(found, path, value, LabelValueForm(), LabelLength,
            "it must be usable as the value of a label: letters, digits and . _ -, with a letter or digit at both ends");

    public static void DnsLabel(FindingCollector found, string path, string? value, int longest = LabelLength) =>
        Check(found, path, value, DnsLabelForm(), longest,
            "it must consist of lower case letters, digits and -, with a letter or digit at both ends");

    public static void ObjectName(FindingCollector found, string path, string? value) =>
        Check(found, path, value, DnsSubdomainForm(), SubdomainLength,
            "it must be the name of an object: lower case letters, digits, - and ., with a letter or digit at both ends");

    public static void SecretKey(FindingCollector found, string path, string? value) =>
        Check(found, path, value, SecretKeyForm(), SubdomainLength, "it must be a key of a Secret: letters, digits and . _ -");

    public static void Digest(FindingCollector found, string path, string? value) =>
        Check(found, path, value, DigestForm(), 64, "it must be a SHA-256: 64 digits from 0-9a-f, not the short form");

    /// <summary>A label's key: a name, with a DNS subdomain and a slash before it or not.</summary>
    public static void LabelKey(FindingCollector found, string path, string? value)
    {
        var parts = (value ?? "").Split('/');
        var fine = parts.Length <= 2
            && Fits(parts[^1], LabelValueForm(), LabelLength)
            && (parts.Length == 1 || Fits(parts[0], DnsSubdomainForm(), SubdomainLength));
        if (!fine) found.Invalid(path, $"{FindingCollector.Quote(value)} is no key of a label; write name or prefix/name");
    }

    private static bool Check(FindingCollector found, string path, string? value, Regex form, int longest, string rule)
    {
        if (string.IsNullOrEmpty(value)) found.Required(path, "is missing; " + rule);
        else if (value.Length > longest) found.Error(path, FindingReason.FieldValueTooLong,
            $"has {value.Length} characters; at most {longest} are allowed");
        else if (!form.IsMatch(value)) found.Invalid(path, $"{FindingCollector.Quote(value)} has not the right form: {rule}");
        else return true;
        return false;
    }

    private static bool Fits(string value, Regex form, int longest) => value.Length <= longest && form.IsMatch(value);

    // "$" would accept a line break at the end.
    [GeneratedRegex(@"\A[a-z0-9]([a-z0-9._:@-]*[a-z0-9])?\z", RegexOptions.NonBacktracking)]
    private static partial Regex ModelIdForm();

    [GeneratedRegex(@"\A[a-z0-9]([a-z0-9-]*[a-z0-9])?\z", RegexOptions.NonBacktracking)]
    private static partial Regex DnsLabelForm();

    [GeneratedRegex(@"\A[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\z", RegexOptions.NonBacktracking)]
    private static partial Regex DnsSubdomainForm();

    [GeneratedRegex(@"\A[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?\z", RegexOptions.NonBacktracking)]
    private static partial Regex LabelValueForm();

    [GeneratedRegex(@"\A[A-Za-z0-9._-]+\z", RegexOptions.NonBacktracking)]
    private static partial Regex SecretKeyForm();

    [GeneratedRegex(@"\A[0-9a-f]{64}\z", RegexOptions.NonBacktracking)]
    private static partial Regex DigestForm();
}
