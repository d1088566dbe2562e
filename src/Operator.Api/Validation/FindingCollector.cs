using System.Globalization;
using System.Text;
using Operator.Kubernetes.Models;

namespace Operator.Api.Validation;

/// <summary>Collects findings while an object is walked. Bounded, and safe for any text.</summary>
internal sealed class FindingCollector
{
    private readonly List<Finding> _errors = [];
    private readonly List<Finding> _warnings = [];

    /// <summary>What was found.</summary>
    public Findings Result => new(_errors, _warnings);

    /// <summary>Notes an error.</summary>
    public void Error(string path, FindingReason reason, string message) => Add(_errors, new Finding(path, reason, message));

    /// <summary>Notes that a value is not allowed.</summary>
    public void Invalid(string path, string message) => Error(path, FindingReason.FieldValueInvalid, message);

    /// <summary>Notes that a field is missing.</summary>
    public void Required(string path, string message) => Error(path, FindingReason.FieldValueRequired, message);

    /// <summary>Notes that a field may not be given.</summary>
    public void Forbidden(string path, string message) => Error(path, FindingReason.FieldValueForbidden, message);

    /// <summary>Notes that a value stands twice.</summary>
    public void Duplicate(string path, string message) => Error(path, FindingReason.FieldValueDuplicate, message);

    /// <summary>Notes something unwise.</summary>
    public void Warn(string path, string message) => Add(_warnings, new Finding(path, FindingReason.FieldValueInvalid, message));

    /// <summary>Warns of fields that no type knows: the API server drops them.</summary>
    public void Unknown(string path, KubernetesModel model)
    {
        foreach (var name in model.AdditionalProperties?.Keys ?? Enumerable.Empty<string>())
        {
            Warn($"{path}.{Quote(name)[1..^1]}", "is not a field of this version and has no effect; check its spelling and indentation");
        }
    }

    /// <summary>Notes a value that is none of its enum's.</summary>
    public void Defined<T>(string path, T value)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            Error(path, FindingReason.FieldValueNotSupported, $"{value:D} is none of the values of this field; write one of their names");
        }
    }

    /// <summary>A list that may not be longer than a bound. Items beyond it are not looked at; null items are noted and left out.</summary>
    public IEnumerable<(string Path, T Item)> Items<T>(string path, IList<T>? list, int most)
    {
        if (list is null) yield break;
        if (list.Count > most)
        {
            Error(path, FindingReason.FieldValueTooLong, string.Create(CultureInfo.InvariantCulture, $"has {list.Count} items; at most {most} are allowed"));
        }
        for (var i = 0; i < list.Count && i < most; i++)
        {
            var itemPath = string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]");
            if (list[i] is { } item) yield return (itemPath, item);
            else Required(itemPath, "is null; give a value or remove the item");
        }
    }

    /// <summary>A text for a message: in quotes, cut, with control characters made visible.</summary>
    public static string Quote(string? text)
    {
        const int longest = 60;
        var quoted = new StringBuilder("\"");
        foreach (var rune in (text ?? "").EnumerateRunes().Take(longest))
        {
            if (Rune.IsControl(rune) || rune.Value is '"' or 0xFFFD || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.LineSeparator)
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
            else quoted.Append(rune.ToString());
        }
        if ((text ?? "").Length > longest) quoted.Append('…');
        return quoted.Append('"').ToString();
    }

    private static void Add(List<Finding> list, Finding finding)
    {
        if (list.Count < Findings.Most) list.Add(finding);
    }
}
