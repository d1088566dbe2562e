using System.Reflection;
using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace Operator.Cli.Local.Platform;

/// <summary>The manifests that this command carries: those of the operator as users install them, and those of its own little organization.</summary>
internal static class EmbeddedManifests
{
    /// <summary>What <c>config/default</c> installs, in an order in which each finds what it needs.</summary>
    public static IReadOnlyList<JsonObject> Operator { get; } =
    [
        .. new[] { "config.crd.", "config.manager.namespace", "config.rbac.", "config.webhook.service", "config.webhook.manifests", "config.manager.manager" }.SelectMany(Read),
    ];

    /// <summary>The documents of all resources whose names begin so.</summary>
    public static IReadOnlyList<JsonObject> Read(string prefix)
    {
        var assembly = Assembly.GetExecutingAssembly();
        return [.. assembly.GetManifestResourceNames().Where(n => n.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal).SelectMany(Documents)];

        IEnumerable<JsonObject> Documents(string name)
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            return Parse(reader.ReadToEnd());
        }
    }

    /// <summary>The documents of a YAML text.</summary>
    public static IReadOnlyList<JsonObject> Parse(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return [.. stream.Documents.Select(d => Convert(d.RootNode)).OfType<JsonObject>()];
    }

    private static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(c => KeyValuePair.Create(((YamlScalarNode)c.Key).Value!, Convert(c.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Convert)]),
        YamlScalarNode { Style: YamlDotNet.Core.ScalarStyle.Plain, Value: { } text } => Scalar(text),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => throw new FormatException($"line {node.Start.Line}: not a manifest"),
    };

    private static JsonValue? Scalar(string text)
    {
        if (text is "" or "~" or "null") return null;
        if (text is "true" or "false") return JsonValue.Create(text == "true");
        if (long.TryParse(text, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out var number)) return JsonValue.Create(number);
        return double.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var real) && double.IsFinite(real)
            ? JsonValue.Create(real)
            : JsonValue.Create(text);
    }
}
