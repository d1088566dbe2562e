using System.Text.Json.Nodes;
using Operator.Kubernetes.Yaml;

namespace Operator.Kubernetes.Configuration;

/// <summary>
/// One or several kubeconfig files, merged as kubectl merges them: for each named entry, and for the current context, the first file
/// that has it wins; relative paths belong to the file they stand in.
/// </summary>
internal sealed class Kubeconfig
{
    private readonly Dictionary<string, ConfigNode> _clusters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ConfigNode> _users = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ConfigNode> _contexts = new(StringComparer.Ordinal);
    private readonly List<string> _files = [];

    /// <summary>The context to use when none is asked for; null when no file names one.</summary>
    public string? CurrentContext { get; private set; }

    /// <summary>The files, for error messages.</summary>
    public string Files => string.Join(", ", _files);

    /// <summary>The names of the contexts, in order of their files.</summary>
    public IReadOnlyCollection<string> Contexts => _contexts.Keys;

    /// <summary>Reads files in order of their weight, the strongest first.</summary>
    public static async Task<Kubeconfig> ReadAsync(IEnumerable<string> files, CancellationToken cancellationToken)
    {
        var result = new Kubeconfig();
        foreach (var file in files)
        {
            string text;
            try
            {
                text = await File.ReadAllTextAsync(file, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new KubernetesConfigurationException($"kubeconfig {file}: cannot be read: {error.Message}", error);
            }
            result.Add(file, text);
        }
        return result;
    }

    /// <summary>Adds a file that is weaker than those before.</summary>
    public void Add(string file, string text)
    {
        _files.Add(file);
        var root = Parse(file, text);
        if (root is not { } node) return;
        var kind = node.Text("kind");
        if (kind is not (null or "Config")) throw node.Fault("kind", $"expected Config, found '{kind}': is this a kubeconfig?");
        Collect(node, "clusters", "cluster", _clusters);
        Collect(node, "users", "user", _users);
        Collect(node, "contexts", "context", _contexts);
        CurrentContext ??= node.Text("current-context");
    }

    /// <summary>A context.</summary>
    public ConfigNode Context(string name, string askedBy) => _contexts.TryGetValue(name, out var node)
        ? node
        : throw new KubernetesConfigurationException(
            $"kubeconfig {Files}: there is no context '{name}' ({askedBy}); {Known("contexts", _contexts)}");

    /// <summary>The cluster that a field names.</summary>
    public ConfigNode Cluster(ConfigNode from, string field) => Follow(from, field, _clusters, "cluster");

    /// <summary>The user that a field names.</summary>
    public ConfigNode User(ConfigNode from, string field) => Follow(from, field, _users, "user");

    private static ConfigNode Follow(ConfigNode from, string field, Dictionary<string, ConfigNode> entries, string what)
    {
        var name = from.Text(field) ?? throw from.Fault(field, $"names no {what}");
        return entries.TryGetValue(name, out var node)
            ? node
            : throw from.Fault(field, $"there is no {what} '{name}'; {Known(what + "s", entries)}");
    }

    private static string Known(string what, Dictionary<string, ConfigNode> entries) =>
        entries.Count == 0 ? $"the file has no {what}" : $"the {what} are: {string.Join(", ", entries.Keys.Take(20))}{(entries.Count > 20 ? ", …" : "")}";

    private static ConfigNode? Parse(string file, string text)
    {
        try
        {
            return KubernetesYaml.Parse(text, "kubeconfig " + file) switch
            {
                [] => null,
                [JsonObject root] => new ConfigNode(file, "", root),
                [_] => throw new KubernetesConfigurationException($"kubeconfig {file}: expected an object with clusters, users and contexts"),
                _ => throw new KubernetesConfigurationException($"kubeconfig {file}: expected one YAML document, found several"),
            };
        }
        catch (YamlFormatException error)
        {
            throw new KubernetesConfigurationException(error.Message, error);
        }
    }

    private static void Collect(ConfigNode root, string list, string field, Dictionary<string, ConfigNode> entries)
    {
        var index = 0;
        foreach (var item in root.List(list))
        {
            var at = $"{list}[{index++}]";
            if (item is not JsonObject entry) throw root.Fault(at, "expected an object with a name");
            var name = new ConfigNode(root.File, at, entry).Text("name") ?? throw root.Fault(at + ".name", "is missing");
            var named = new ConfigNode(root.File, $"{list}[{name}]", entry);
            var value = named.Child(field) ?? new ConfigNode(root.File, $"{list}[{name}].{field}", []);
            entries.TryAdd(name, value);
        }
    }
}
