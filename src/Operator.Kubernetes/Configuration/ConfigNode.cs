using System.Text.Json.Nodes;

namespace Operator.Kubernetes.Configuration;

/// <summary>
/// A field of a configuration file that knows where it is, so that every complaint about it can name file and path.
/// </summary>
/// <param name="File">The file.</param>
/// <param name="Path">The path of the field in it, such as <c>users[alice].user.tokenFile</c>.</param>
/// <param name="Json">The object there; empty where the file has none.</param>
internal readonly record struct ConfigNode(string File, string Path, JsonObject Json)
{
    /// <summary>The place of a field, for error messages.</summary>
    public string Where(string field) => $"kubeconfig '{File}': {At(field)}";

    /// <summary>An error about a field.</summary>
    public KubernetesConfigurationException Fault(string field, string problem, Exception? inner = null) =>
        new($"kubeconfig {File}: {At(field)}: {problem}", inner);

    /// <summary>A text field; null when it is absent, null or empty.</summary>
    public string? Text(string field)
    {
        if (Json[field] is not { } node) return null;
        if (node is JsonValue value && value.TryGetValue<string>(out var text)) return text.Length == 0 ? null : text;
        throw Fault(field, $"expected a string, found {Describe(node)}{(node is JsonValue ? $" {node.ToJsonString()}; put it in quotes" : "")}");
    }

    /// <summary>A switch; false when it is absent.</summary>
    public bool Flag(string field)
    {
        if (Json[field] is not { } node) return false;
        if (node is JsonValue value && value.TryGetValue<bool>(out var flag)) return flag;
        throw Fault(field, $"expected true or false, found {Describe(node)}");
    }

    /// <summary>A list of texts; empty when it is absent.</summary>
    public IReadOnlyList<string> Texts(string field)
    {
        var texts = new List<string>();
        foreach (var node in List(field))
        {
            if (node is not JsonValue value || !value.TryGetValue<string>(out var text))
                throw Fault(field, $"expected a list of strings, found {Describe(node)} in it");
            texts.Add(text);
        }
        return texts;
    }

    /// <summary>A part of its own; null when it is absent.</summary>
    public ConfigNode? Child(string field) => Json[field] switch
    {
        null => null,
        JsonObject child => new ConfigNode(File, At(field), child),
        var node => throw Fault(field, $"expected an object, found {Describe(node)}"),
    };

    /// <summary>A list; empty when it is absent.</summary>
    public JsonArray List(string field) => Json[field] switch
    {
        null => [],
        JsonArray list => list,
        var node => throw Fault(field, $"expected a list, found {Describe(node)}"),
    };

    /// <summary>Bytes in base64; null when the field is absent.</summary>
    public byte[]? Data(string field)
    {
        if (Text(field) is not { } text) return null;
        try
        {
            return Convert.FromBase64String(text);
        }
        catch (FormatException error)
        {
            throw Fault(field, "is not valid base64", error);
        }
    }

    /// <summary>A file that the field names, relative to the configuration's own folder; null when the field is absent.</summary>
    public string? FilePath(string field)
    {
        if (Text(field) is not { } text) return null;
        var path = Resolve(text);
        return System.IO.File.Exists(path) ? path : throw Fault(field, $"file '{path}' does not exist");
    }

    /// <summary>A path as seen from the configuration's own folder.</summary>
    public string Resolve(string path) =>
        System.IO.Path.GetFullPath(path, System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(File))!);

    /// <summary>The content of <paramref name="dataField"/>, or else of the file that <paramref name="fileField"/> names.</summary>
    public (byte[] Bytes, string Field)? DataOrFile(string dataField, string fileField)
    {
        if (Data(dataField) is { } data) return (data, dataField);
        if (FilePath(fileField) is not { } path) return null;
        try
        {
            return (System.IO.File.ReadAllBytes(path), fileField);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Fault(fileField, $"file '{path}' cannot be read: {error.Message}", error);
        }
    }

    private string At(string field) => Path.Length == 0 ? field : Path + "." + field;

    private static string Describe(JsonNode? node) => node switch
    {
        JsonObject => "an object",
        JsonArray => "a list",
        null => "null",
        var value => value.GetValueKind() switch
        {
            System.Text.Json.JsonValueKind.Number => "the number",
            System.Text.Json.JsonValueKind.String => "a string",
            _ => "the boolean",
        },
    };
}
