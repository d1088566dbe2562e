using System.Reflection;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Operator.Tests.Manifests;

/// <summary>Descriptions of types and members, from the documentation files beside their assemblies: the one source of what explain shows.</summary>
internal static partial class XmlDocs
{
    private static readonly Dictionary<string, XElement> Members = Load("Operator.Api", "Operator.Kubernetes");

    /// <summary>What a type or property means; throws when nobody wrote it down.</summary>
    public static string Of(MemberInfo member) => Text(member) is { Length: > 0 } text
        ? text
        : throw new InvalidOperationException($"{Id(member)} has no documentation comment; kubectl explain would show nothing for it");

    /// <summary>The values of an enum with what each means.</summary>
    public static string Values(Type type) =>
        string.Join("\n", type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => $"- {EnumName(f)}: {Of(f)}"));

    /// <summary>The name of an enum value on the wire.</summary>
    public static string EnumName(FieldInfo value) => value.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? value.Name;

    /// <summary>The name of a property on the wire.</summary>
    public static string FieldName(PropertyInfo property) => property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? Camel(property.Name);

    private static string? Text(MemberInfo member) =>
        Members.GetValueOrDefault(Id(member))?.Element("summary") is { } summary ? Space().Replace(Flatten(summary), " ").Trim() : null;

    private static string Flatten(XElement element) => string.Concat(element.Nodes().Select(n => n switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "c" } code => code.Value,
        XElement { Name.LocalName: "see" } see => Reference(see.Attribute("cref")?.Value ?? ""),
        XElement other => Flatten(other),
        _ => "",
    }));

    private static string Reference(string id)
    {
        var name = id[(id.LastIndexOf('.') + 1)..];
        return id.StartsWith("P:", StringComparison.Ordinal) ? Camel(name) : name;
    }

    private static string Id(MemberInfo member) => member switch
    {
        Type type => "T:" + type.FullName,
        PropertyInfo => $"P:{member.DeclaringType!.FullName}.{member.Name}",
        _ => $"F:{member.DeclaringType!.FullName}.{member.Name}",
    };

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    private static Dictionary<string, XElement> Load(params string[] assemblies) => assemblies
        .SelectMany(a => XDocument.Load(Path.Combine(AppContext.BaseDirectory, a + ".xml")).Descendants("member"))
        .ToDictionary(e => e.Attribute("name")!.Value, StringComparer.Ordinal);

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
