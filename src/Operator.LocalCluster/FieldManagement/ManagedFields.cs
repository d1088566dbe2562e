using System.Globalization;
using System.Text.Json.Nodes;
using Operator.LocalCluster.Schemas;

namespace Operator.LocalCluster.FieldManagement;

/// <summary>Who owns a set of fields. An applier is one manager in all versions, an updater one for each version.</summary>
/// <param name="Name">The manager's name.</param>
/// <param name="IsApply">Whether the fields were applied, not updated.</param>
/// <param name="ApiVersion">The version of an updater; empty for an applier.</param>
/// <param name="Subresource">The subresource that was written; empty for the object itself.</param>
internal sealed record FieldOwner(string Name, bool IsApply, string ApiVersion, string Subresource)
{
    /// <summary>The owner of an operation; a nameless one is called <c>unknown</c>.</summary>
    public static FieldOwner Of(string name, bool isApply, string apiVersion, string? subresource) =>
        new(name.Length == 0 ? "unknown" : name, isApply, isApply ? "" : apiVersion, subresource ?? "");

    /// <summary>The text by which owners are sorted.</summary>
    public string SortKey
    {
        get
        {
            var json = new JsonObject { ["manager"] = Name, ["operation"] = IsApply ? "Apply" : "Update" };
            if (ApiVersion.Length > 0)
            {
                json["apiVersion"] = ApiVersion;
            }

            if (Subresource.Length > 0)
            {
                json["subresource"] = Subresource;
            }

            return json.ToJsonString();
        }
    }

    /// <summary>The form in conflict messages.</summary>
    public override string ToString()
    {
        var text = GoFormat.Quote(Name) + (Subresource.Length > 0 ? " with subresource " + GoFormat.Quote(Subresource) : "");
        return IsApply ? text : $"{text} using {ApiVersion}";
    }
}

/// <summary>The fields that one manager owns.</summary>
/// <param name="ApiVersion">The version whose field names are used.</param>
/// <param name="Fields">The fields.</param>
/// <param name="Time">When the set last changed; null where that is not known.</param>
internal sealed record OwnedFields(string ApiVersion, FieldSet Fields, DateTimeOffset? Time);

/// <summary>The managers of an object, as <c>metadata.managedFields</c> lists them.</summary>
internal sealed class ManagedFields
{
    /// <summary>The sets by owner.</summary>
    public Dictionary<FieldOwner, OwnedFields> Owners { get; } = [];

    /// <summary>Whether nobody owns anything.</summary>
    public bool IsEmpty => Owners.Count == 0;

    /// <summary>A copy that can be changed on its own.</summary>
    public ManagedFields Copy()
    {
        var copy = new ManagedFields();
        foreach (var (owner, fields) in Owners)
        {
            copy.Owners[owner] = fields;
        }

        return copy;
    }

    /// <summary>Replaces an owner's fields; an empty set removes the owner.</summary>
    public void Set(FieldOwner owner, string apiVersion, FieldSet fields)
    {
        if (fields.IsEmpty)
        {
            Owners.Remove(owner);
        }
        else
        {
            Owners[owner] = new OwnedFields(apiVersion, fields, Owners.GetValueOrDefault(owner)?.Time);
        }
    }

    /// <summary>Reads the list.</summary>
    /// <exception cref="FormatException">An entry is malformed; the message says which member.</exception>
    public static ManagedFields Decode(JsonNode? entries)
    {
        var managed = new ManagedFields();
        if (entries is null)
        {
            return managed;
        }

        foreach (var (node, i) in (entries as JsonArray ?? throw new FormatException("managedFields must be a list")).Select((node, i) => (node, i)))
        {
            var entry = node as JsonObject ?? throw new FormatException("managedFields must hold objects");
            var operation = Text(entry, "operation");
            if (operation is not ("Apply" or "Update"))
            {
                throw new FormatException("operation must be `Apply` or `Update`");
            }

            var apiVersion = Text(entry, "apiVersion");
            if (apiVersion.Length == 0)
            {
                throw new FormatException("apiVersion must not be empty");
            }

            var fieldsType = Text(entry, "fieldsType");
            if (fieldsType != "FieldsV1")
            {
                var fault = fieldsType.Length == 0 ? "missing fieldsType" : "invalid fieldsType " + GoFormat.Quote(fieldsType);
                throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{fault} in managed fields entry {i}"));
            }

            var owner = new FieldOwner(Text(entry, "manager"), operation == "Apply", operation == "Apply" ? "" : apiVersion, Text(entry, "subresource"));
            managed.Owners[owner] = new OwnedFields(apiVersion, FieldSet.Decode(entry["fieldsV1"] ?? new JsonObject()), Time(entry));
        }

        return managed;
    }

    /// <summary>The list in the server's order: appliers first, then by time, name, version and subresource; null where it is empty.</summary>
    public JsonArray? Encode()
    {
        var entries = Owners
            .OrderBy(entry => entry.Key.IsApply ? 0 : 1)
            .ThenBy(entry => entry.Value.Time?.ToUnixTimeSeconds() ?? 0)
            .ThenBy(entry => entry.Key.Name, StringComparer.Ordinal)
            .ThenBy(entry => entry.Value.ApiVersion, StringComparer.Ordinal)
            .ThenBy(entry => entry.Key.Subresource, StringComparer.Ordinal)
            .Select(entry => Encode(entry.Key, entry.Value))
            .ToArray<JsonNode>();
        return entries.Length == 0 ? null : new JsonArray(entries);
    }

    private static JsonObject Encode(FieldOwner owner, OwnedFields owned)
    {
        var entry = new JsonObject
        {
            ["manager"] = owner.Name,
            ["operation"] = owner.IsApply ? "Apply" : "Update",
            ["apiVersion"] = owned.ApiVersion,
        };
        if (owned.Time is { } time)
        {
            entry["time"] = time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        }

        entry["fieldsType"] = "FieldsV1";
        entry["fieldsV1"] = owned.Fields.Encode();
        if (owner.Subresource.Length > 0)
        {
            entry["subresource"] = owner.Subresource;
        }

        return entry;
    }

    private static string Text(JsonObject entry, string member) => entry[member] switch
    {
        null => "",
        var node when JsonScalar.TryText(node, out var text) => text,
        _ => throw new FormatException($"{member} must be a string"),
    };

    private static DateTimeOffset? Time(JsonObject entry)
    {
        var text = Text(entry, "time");
        if (text.Length == 0)
        {
            return null;
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw new FormatException($"time {GoFormat.Quote(text)} is no RFC 3339 time");
    }
}
