using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Operator.Evals.Suites;

namespace Operator.Evals.Checks;

/// <summary>Reads the checks of a case: a list of objects with one field each, the name of the check.</summary>
internal static class CheckReader
{
    private const int LongestRubric = 8192;
    private static readonly string[] Kinds =
        ["contains", "notContains", "regex", "equals", "jsonSchema", "stopReason", "maxOutputTokens", "judge"];

    /// <summary>The checks; errors are told for each.</summary>
    public static ImmutableArray<Check> Read(LocatedJson json, LineErrors errors)
    {
        if (json.Find("checks") is not { } list)
        {
            errors.Add(json, "checks is missing: what must hold of the answer");
            return [];
        }
        if (list.Kind != JsonValueKind.Array || list.Items.Count is 0 or > SuiteLimits.Checks)
        {
            errors.Add(list, $"checks is a list of 1 to {SuiteLimits.Checks} checks, such as [{{\"contains\":\"refund\"}}]");
            return [];
        }
        var checks = ImmutableArray.CreateBuilder<Check>(list.Items.Count);
        foreach (var item in list.Items)
        {
            if (item.Kind != JsonValueKind.Object || item.Members.Count != 1)
                errors.Add(item, $"a check is an object with one field: {string.Join(", ", Kinds)}");
            else if (Read(item.Members[0], errors) is { } check)
                checks.Add(check);
        }
        return checks.ToImmutable();
    }

    private static Check? Read(LocatedMember member, LineErrors errors)
    {
        var value = member.Value;
        switch (member.Name)
        {
            case "contains":
                return Texts(member, errors) is { } contains ? new ContainsCheck(contains) : null;
            case "notContains":
                return Texts(member, errors) is { } absent ? new NotContainsCheck(absent) : null;
            case "stopReason":
                return Texts(member, errors) is { } reasons ? new StopReasonCheck(reasons) : null;
            case "regex":
                if (value.Kind != JsonValueKind.String)
                {
                    errors.Add(value, "regex is a pattern as a text");
                    return null;
                }
                if (BoundedRegex.Read(value.Text, out var problem) is { } pattern) return new RegexCheck(pattern);
                errors.Add(value, "regex: " + problem);
                return null;
            case "equals":
                return value.Kind == JsonValueKind.String ? new EqualsTextCheck(value.Text) : new EqualsJsonCheck(JsonSchemaReader.Element(value));
            case "jsonSchema":
                return JsonSchemaReader.Read(value, errors) is { } schema ? new JsonSchemaCheck(schema) : null;
            case "maxOutputTokens":
                if (value.Kind == JsonValueKind.Number && int.TryParse(value.Text, out var tokens) && tokens > 0) return new MaxOutputTokensCheck(tokens);
                errors.Add(value, "maxOutputTokens is a whole number above 0");
                return null;
            case "judge":
                return Judge(value, errors);
            default:
                errors.Add(member.Column, $"'{SuiteError.Quote(member.Name)}' is no check; known are {string.Join(", ", Kinds)}");
                return null;
        }
    }

    private static ImmutableArray<string>? Texts(LocatedMember member, LineErrors errors)
    {
        var value = member.Value;
        if (value is { Kind: JsonValueKind.String, Text.Length: > 0 }) return [value.Text];
        if (value is { Kind: JsonValueKind.Array, Items.Count: > 0 } && value.Items.All(i => i is { Kind: JsonValueKind.String, Text.Length: > 0 }))
            return [.. value.Items.Select(i => i.Text)];
        errors.Add(value, $"{member.Name} is a text that is not empty, or a list of such texts");
        return null;
    }

    private static JudgeCheck? Judge(LocatedJson value, LineErrors errors)
    {
        if (value.Kind != JsonValueKind.Object)
        {
            errors.Add(value, "judge is an object with model, rubric and min");
            return null;
        }
        var ok = true;
        void Wrong(LocatedJson at, string message)
        {
            ok = false;
            errors.Add(at, message);
        }
        foreach (var member in value.Members.Where(m => m.Name is not ("model" or "rubric" or "min")))
        {
            ok = false;
            errors.Add(member.Column, $"'{SuiteError.Quote(member.Name)}' is no field of judge; known are model, rubric, min");
        }
        var model = value.Find("model");
        if (model is not { Kind: JsonValueKind.String, Text.Length: > 0 and <= 128 }) Wrong(model ?? value, "judge.model is the id of a model");
        var rubric = value.Find("rubric");
        if (rubric is not { Kind: JsonValueKind.String, Text.Length: > 0 and <= LongestRubric })
            Wrong(rubric ?? value, $"judge.rubric is a text of 1 to {LongestRubric} characters that says what a good answer is");
        var min = value.Find("min");
        decimal score = 0;
        if (min is not { Kind: JsonValueKind.Number }
            || !decimal.TryParse(min.Text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out score) || score is <= 0 or > 10)
            Wrong(min ?? value, "judge.min is the least score that passes, above 0 and up to 10");
        return ok ? new JudgeCheck(model!.Text, rubric!.Text, score) : null;
    }
}
