using System.Globalization;
using System.Text.Json.Nodes;

namespace Operator.LocalCluster.Schemas;

/// <summary>Makes field errors in the words of a real API server.</summary>
internal static class FieldErrors
{
    /// <summary>The field of an error that belongs to no single field.</summary>
    public const string NoField = "<nil>";

    /// <summary>The value is not allowed; <paramref name="detail"/> says why.</summary>
    public static FieldError Invalid(string field, JsonNode? value, string detail) =>
        new(OrNone(field), "FieldValueInvalid", Detailed($"Invalid value: {GoFormat.BadValue(value)}", detail));

    /// <summary>The value has the wrong type.</summary>
    public static FieldError TypeInvalid(string field, JsonNode? value, string detail) =>
        new(OrNone(field), "FieldValueTypeInvalid", Detailed($"Invalid value: {GoFormat.BadValue(value)}", detail));

    /// <summary>The value is missing.</summary>
    public static FieldError Required(string field, string detail = "") =>
        new(OrNone(field), "FieldValueRequired", Detailed("Required value", detail));

    /// <summary>The value may not be set or changed.</summary>
    public static FieldError Forbidden(string field, string detail) =>
        new(OrNone(field), "FieldValueForbidden", Detailed("Forbidden", detail));

    /// <summary>The value stands more than once.</summary>
    public static FieldError Duplicate(string field, JsonNode? value) =>
        new(OrNone(field), "FieldValueDuplicate", $"Duplicate value: {GoFormat.BadValue(value)}");

    /// <summary>The value is none of the supported ones.</summary>
    public static FieldError NotSupported(string field, JsonNode? value, IEnumerable<string> supported)
    {
        var list = string.Join(", ", supported.Select(GoFormat.Quote));
        return new(OrNone(field), "FieldValueNotSupported", Detailed($"Unsupported value: {GoFormat.BadValue(value)}", list.Length == 0 ? "" : "supported values: " + list));
    }

    /// <summary>A string is too long.</summary>
    public static FieldError TooLong(string field, long maximum) =>
        new(OrNone(field), "FieldValueTooLong", string.Create(CultureInfo.InvariantCulture, $"Too long: may not be more than {maximum} {(maximum == 1 ? "byte" : "bytes")}"));

    /// <summary>A list or map has too many members.</summary>
    public static FieldError TooMany(string field, long actual, long maximum) =>
        new(OrNone(field), "FieldValueTooMany", string.Create(CultureInfo.InvariantCulture, $"Too many: {actual}: must have at most {maximum} {(maximum == 1 ? "item" : "items")}"));

    /// <summary>What is added where errors kept the schema's rules from being looked at.</summary>
    public static FieldError RulesNotChecked { get; } = Invalid("", null,
        "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation");

    /// <summary>Whether an error keeps the schema's rules from being looked at.</summary>
    public static bool BlocksRules(FieldError error) => error.Reason is
        "FieldValueNotSupported" or "FieldValueRequired" or "FieldValueTooLong" or "FieldValueTooMany" or "FieldValueTypeInvalid";

    private static string OrNone(string field) => field.Length == 0 ? NoField : field;

    private static string Detailed(string text, string detail) => detail.Length == 0 ? text : $"{text}: {detail}";
}
