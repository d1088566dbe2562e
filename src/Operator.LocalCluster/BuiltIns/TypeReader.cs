using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Operator.LocalCluster.BuiltIns;

/// <summary>
/// Reads the <c>.types</c> files. A line <c>type Name -- text</c> or <c>atomic Name</c> opens a type; the indented lines under it are
/// its fields: <c>name[!] [@number[-]] shape [min..max] [min n] [nullable] [retainKeys] [= default] [-- text]</c>. An exclamation mark
/// requires the field; the number is the one in protobuf bodies (<c>2.1</c> inside an embedded message) and a minus after it says that
/// zero values are never stored. Shapes: a scalar or type name, <c>[T]</c>, <c>set[T]</c>, <c>map(keys)[T]</c>, <c>{T}</c>, <c>atomic{T}</c>,
/// <c>enum(a,b)</c>.
/// </summary>
internal static partial class TypeReader
{
    /// <summary>Reads all types of one file.</summary>
    /// <exception cref="FormatException">A line does not follow the notation; the message names it.</exception>
    public static IEnumerable<TypeDefinition> Read(string text)
    {
        TypeDefinition? current = null;
        var fields = new List<FieldDefinition>();
        foreach (var line in text.Split('\n'))
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (line.StartsWith("  ", StringComparison.Ordinal))
            {
                fields.Add(ReadField(line));
                continue;
            }
            if (current is not null)
                yield return current with { Fields = fields };
            var header = Header().Match(line);
            if (!header.Success)
                throw new FormatException($"not a type: {line}");
            current = new TypeDefinition(header.Groups["name"].Value, header.Groups["text"].Value, header.Groups["atomic"].Success, []);
            fields = [];
        }
        if (current is not null)
            yield return current with { Fields = fields };
    }

    private static FieldDefinition ReadField(string line)
    {
        var match = Field().Match(line);
        if (!match.Success)
            throw new FormatException($"not a field: {line}");
        var (shape, element, keys, values) = ReadShape(match.Groups["shape"].Value);
        return new FieldDefinition
        {
            Name = match.Groups["name"].Value,
            Shape = shape,
            Element = element,
            Keys = keys,
            Values = values,
            Required = match.Groups["required"].Success,
            Nullable = match.Groups["nullable"].Success,
            RetainKeys = match.Groups["retain"].Success,
            OmitWhenZero = match.Groups["omit"].Success,
            Numbers = [.. Numbers(match.Groups["number"].Value)],
            Bounds = (Bound(match.Groups["low"]) ?? Bound(match.Groups["min"]), Bound(match.Groups["high"])),
            Default = match.Groups["default"].Success ? JsonNode.Parse(match.Groups["default"].Value) : null,
            Description = match.Groups["text"].Value,
        };
    }

    private static IEnumerable<int> Numbers(string value) =>
        value.Length == 0 ? [] : value.Split('.').Select(part => int.Parse(part, CultureInfo.InvariantCulture));

    private static long? Bound(Group group) => group.Success ? long.Parse(group.Value, CultureInfo.InvariantCulture) : null;

    private static (FieldShape Shape, string Element, string[] Keys, string[] Values) ReadShape(string shape) => shape switch
    {
        ['[', .. var element, ']'] => (FieldShape.AtomicList, element, [], []),
        ['s', 'e', 't', '[', .. var element, ']'] => (FieldShape.SetList, element, [], []),
        ['m', 'a', 'p', '(', .. var rest, ']'] when rest.Split(")[") is [var keys, var element] =>
            (FieldShape.KeyedList, element, keys.Split(','), []),
        ['{', .. var element, '}'] => (FieldShape.Map, element, [], []),
        ['a', 't', 'o', 'm', 'i', 'c', '{', .. var element, '}'] => (FieldShape.AtomicMap, element, [], []),
        ['e', 'n', 'u', 'm', '(', .. var values, ')'] => (FieldShape.Single, "string", [], values.Split(',')),
        _ => (FieldShape.Single, shape, [], []),
    };

    [GeneratedRegex(@"^((?<atomic>atomic)|type) (?<name>\w+)( -- (?<text>.*))?$")]
    private static partial Regex Header();

    [GeneratedRegex(
        @"^  (?<name>\w+)(?<required>!)?( @(?<number>[\d.]+)(?<omit>-)?)? (?<shape>\S+)( (?<low>\d+)\.\.(?<high>\d+))?( min (?<min>\d+))?"
        + @"(?<nullable> nullable)?(?<retain> retainKeys)?( = (?<default>.+?))?( -- (?<text>.*))?$")]
    private static partial Regex Field();
}
