using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Operator.LocalCluster.Storage;

/// <summary>
/// One object at one revision, immutable: its JSON as it is sent, and what selectors look at. Readers parse their own copy, so
/// nobody can change what is stored.
/// </summary>
internal sealed class StoredObject
{
    private StoredObject(
        string apiVersion, string ns, string name, string uid, long revision, byte[] json, ImmutableSortedDictionary<string, string> labels)
    {
        ApiVersion = apiVersion;
        Namespace = ns;
        Name = name;
        Key = KeyOf(ns, name);
        Uid = uid;
        Revision = revision;
        Json = json;
        Labels = labels;
    }

    /// <summary>The apiVersion in which the object is stored.</summary>
    public string ApiVersion { get; }

    /// <summary>The namespace; empty for cluster-scoped objects.</summary>
    public string Namespace { get; }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The order of lists: namespace, a slash, name, compared by code units.</summary>
    public string Key { get; }

    /// <summary>The UID.</summary>
    public string Uid { get; }

    /// <summary>The global revision of the write that made this state.</summary>
    public long Revision { get; }

    /// <summary>The object as UTF-8 JSON, with its resourceVersion.</summary>
    public ReadOnlyMemory<byte> Json { get; }

    /// <summary>Whether the keys are sorted, as those of custom resources.</summary>
    public bool IsSorted { get; private init; }

    /// <summary>The labels.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; }

    /// <summary>The key of an object in lists.</summary>
    public static string KeyOf(string ns, string name) => ns + "/" + name;

    /// <summary>Writes <paramref name="value"/> with this revision as its resourceVersion; <paramref name="value"/> is not kept.</summary>
    public static StoredObject Create(JsonObject value, long revision, bool sorted)
    {
        var metadata = (JsonObject)value["metadata"]!;
        metadata["resourceVersion"] = revision.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (metadata["labels"] is JsonObject map)
        {
            foreach (var (key, label) in map)
                if (label is JsonValue text && text.GetValueKind() == JsonValueKind.String) labels[key] = text.GetValue<string>();
        }
        return new StoredObject(
            (string?)value["apiVersion"] ?? "", (string?)metadata["namespace"] ?? "", (string?)metadata["name"] ?? "", (string?)metadata["uid"] ?? "",
            revision, ObjectWriter.Write(value, sorted), labels.ToImmutable()) { IsSorted = sorted };
    }

    /// <summary>An entry that only finds others by their key.</summary>
    public static StoredObject Probe(string key) => new(key);

    /// <summary>A copy of the object that the caller may change.</summary>
    public JsonObject Parse() => (JsonObject)JsonNode.Parse(Json.Span, documentOptions: new() { MaxDepth = ObjectWriter.MaximumDepth })!;

    /// <summary>The same state under a later revision: how an object looks that left a watch's selection.</summary>
    public StoredObject At(long revision) => Create(Parse(), revision, IsSorted);

    private StoredObject(string key)
    {
        ApiVersion = Namespace = Name = Uid = "";
        Key = key;
        Labels = ImmutableSortedDictionary<string, string>.Empty;
    }

    /// <summary>Compares by <see cref="Key"/>.</summary>
    public sealed class ByKey : IComparer<StoredObject>
    {
        /// <summary>The one instance.</summary>
        public static ByKey Instance { get; } = new();

        /// <inheritdoc/>
        public int Compare(StoredObject? x, StoredObject? y) => string.CompareOrdinal(x?.Key, y?.Key);
    }
}
