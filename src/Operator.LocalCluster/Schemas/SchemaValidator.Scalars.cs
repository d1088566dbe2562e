using System.Globalization;
using System.Text.Json.Nodes;

namespace Operator.LocalCluster.Schemas;

internal static partial class SchemaValidator
{
    private static void CheckType(Findings findings, StructuralSchema schema, JsonScalarKind kind, JsonNode? value, string path)
    {
        string[] types = schema.IsIntOrString ? ["integer", "string"] : schema.Type.Length == 0 ? [] : [schema.Type];
        var expected = string.Join(",", types);
        if (kind == JsonScalarKind.Null)
        {
            if (types.Length > 0 && !schema.IsNullable)
            {
                findings.Add(WrongType(path, expected, "null"));
            }

            return;
        }

        var format = StringFormats.EffectiveFormat(schema);
        if (types.Length == 0 && format.Length == 0)
        {
            return;
        }

        var (actual, actualFormat) = kind switch
        {
            JsonScalarKind.Boolean => ("boolean", ""),
            JsonScalarKind.String => ("string", ""),
            JsonScalarKind.Integer => ("integer", "int64"),
            JsonScalarKind.Float => ("number", "float64"),
            JsonScalarKind.List => ("array", ""),
            _ => ("object", ""),
        };
        var isWholeFloat = kind == JsonScalarKind.Float && types.Contains("integer") && IsWhole(JsonScalar.Double(value));
        var isIntegralNumber = kind == JsonScalarKind.Integer && types.Contains("number");
        var fits = types.Contains(actual) || isWholeFloat || isIntegralNumber;
        var isText = kind is JsonScalarKind.String or JsonScalarKind.List;
        if (!isText && format.Length > 0 && !fits && format != actualFormat)
        {
            findings.Add(WrongType(path, format, actualFormat));
            return;
        }

        if (isText && format.Length > 0 && !types.Contains("number") && !types.Contains("integer"))
        {
            return;
        }

        if (!fits)
        {
            findings.Add(WrongType(path, expected, actual));
            return;
        }

        findings.Matches++;
    }

    private static FieldError WrongType(string path, string expected, string actual) =>
        FieldErrors.TypeInvalid(path, actual, $"{path} in body must be of type {expected}: {GoFormat.Quote(actual)}");

    /// <summary>Only the first broken limit of a string is reported.</summary>
    private static void CheckString(Findings findings, StructuralSchema schema, string text, string path)
    {
        var (minimum, maximum) = schema.Limits.Length;
        var length = text.EnumerateRunes().Count();
        if (length > maximum)
        {
            findings.Add(FieldErrors.TooLong(path, maximum.Value));
        }
        else if (length < minimum)
        {
            findings.Add(FieldErrors.Invalid(path, text, string.Create(CultureInfo.InvariantCulture, $"{path} in body should be at least {minimum} chars long")));
        }
        else if (schema.Limits.Pattern is { } pattern && Re2Pattern.Mismatch(pattern, text) is { } mismatch)
        {
            findings.Add(FieldErrors.Invalid(path, text, $"{path} in body should match '{mismatch}'"));
        }
        else
        {
            findings.Matches++;
        }
    }

    private static void CheckFormat(Findings findings, StructuralSchema schema, string text, string path)
    {
        var format = StringFormats.EffectiveFormat(schema);
        if (StringFormats.IsKnown(format))
        {
            if (StringFormats.Fits(format, text))
            {
                findings.Matches++;
            }
            else
            {
                findings.Add(WrongType(path, format, text));
            }
        }
    }

    private static void CheckNumber(Findings findings, StructuralSchema schema, JsonNode value, JsonScalarKind kind, string path)
    {
        var limits = schema.Limits;
        var number = JsonScalar.Double(value);
        var format = schema.Format is "int32" or "int64" ? schema.Format : "";
        if (schema.Type == "integer" && !schema.IsIntOrString && !FitsInteger(value, kind, schema.Format == "int32"))
        {
            findings.Add(FieldErrors.Invalid("", "", format.Length > 0
                ? $"Checked value must be of type integer with format {format} in {path}"
                : $"Checked value must be of type integer (default format) in {path}"));
        }

        if (limits.MultipleOf is { } tooSmall && kind == JsonScalarKind.Integer && (long)tooSmall <= 0)
        {
            findings.Add(FieldErrors.Invalid(path, (long)tooSmall, $"factor MultipleOf declared for {path} must be positive: {(long)tooSmall}"));
        }
        else if (limits.MultipleOf is { } factor && !IsMultiple(value, kind, factor))
        {
            findings.Add(FieldErrors.Invalid(path, value, $"{path} in body should be a multiple of {Bound(factor, kind)}"));
        }

        if (limits.Minimum is { } minimum && (limits.ExclusiveMinimum ? Compare(value, kind, minimum) <= 0 : Compare(value, kind, minimum) < 0))
        {
            findings.Add(FieldErrors.Invalid(path, value, $"{path} in body should be greater than {(limits.ExclusiveMinimum ? "" : "or equal to ")}{Bound(minimum, kind)}"));
        }

        if (limits.Maximum is { } maximum && (limits.ExclusiveMaximum ? Compare(value, kind, maximum) >= 0 : Compare(value, kind, maximum) > 0))
        {
            findings.Add(FieldErrors.Invalid(path, value, $"{path} in body should be less than {(limits.ExclusiveMaximum ? "" : "or equal to ")}{Bound(maximum, kind)}"));
        }

        findings.Matches += double.IsFinite(number) ? 1 : 0;
    }

    // Integers are compared as integers, with the bound cut to one, as the server does.
    private static int Compare(JsonNode value, JsonScalarKind kind, double bound) =>
        kind == JsonScalarKind.Integer ? JsonScalar.Integer(value).CompareTo((long)bound) : JsonScalar.Double(value).CompareTo(bound);

    private static bool IsMultiple(JsonNode value, JsonScalarKind kind, double factor)
    {
        if (kind == JsonScalarKind.Integer)
        {
            return JsonScalar.Integer(value) % (long)factor == 0;
        }

        var number = JsonScalar.Double(value);
        return IsWhole(factor < 1 ? 1 / factor * number : number / factor);
    }

    private static string Bound(double bound, JsonScalarKind kind) =>
        kind == JsonScalarKind.Integer ? ((long)bound).ToString(CultureInfo.InvariantCulture) : GoFormat.Float(bound);

    private static bool FitsInteger(JsonNode value, JsonScalarKind kind, bool narrow)
    {
        if (kind == JsonScalarKind.Integer)
        {
            return !narrow || JsonScalar.Integer(value) is >= int.MinValue and <= int.MaxValue;
        }

        var number = JsonScalar.Double(value);
        return IsWhole(number) && (narrow ? number is >= int.MinValue and <= int.MaxValue : Math.Abs(number) < 9.2233720368547758e18);
    }

    // A value counts as whole within a relative 1e-9, so that 0.07 is a multiple of 0.01.
    private static bool IsWhole(double number)
    {
        if (!double.IsFinite(number) || Math.Abs(number) >= 9.0071992547409920e15)
        {
            return false;
        }

        var whole = Math.Truncate(number);
        return number == whole || (whole > 0 && (number - whole) / (number + whole) < 1e-9);
    }
}
