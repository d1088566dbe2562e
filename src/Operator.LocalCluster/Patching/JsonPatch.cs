using System.Globalization;
using System.Text.Json.Nodes;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Schemas;
using Operator.LocalCluster.Yaml;

namespace Operator.LocalCluster.Patching;

/// <summary>JSON Patch (RFC 6902).</summary>
internal static class JsonPatch
{
    /// <summary>The most operations that one patch may have.</summary>
    public const int MaximumOperations = 10_000;

    /// <summary>The most nodes that the copy operations of one patch may add, so that a short patch cannot grow without bound.</summary>
    public const int MaximumCopiedNodes = 500_000;

    /// <summary>Applies the operations to a copy of <paramref name="target"/>.</summary>
    /// <exception cref="ApiException">
    /// 400 for an operation that is no object, 413 for too many, 422 for one that is unknown or does not fit the target (a failed test too).
    /// </exception>
    public static JsonNode Apply(JsonNode target, JsonArray operations)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(operations);
        if (operations.Any(operation => operation is not JsonObject))
        {
            throw new ApiException(400, "BadRequest", "error decoding patch: json: cannot unmarshal a value into a JSON patch operation: it must be an object");
        }

        if (operations.Count > MaximumOperations)
        {
            throw new ApiException(413, "RequestEntityTooLarge", string.Create(
                CultureInfo.InvariantCulture, $"The allowed maximum operations in a JSON patch is {MaximumOperations}, got {operations.Count}"));
        }

        var document = new JsonObject { ["document"] = target.DeepClone() };
        var copied = 0;
        foreach (var operation in operations.OfType<JsonObject>())
        {
            if (!Apply(document, operation, ref copied))
            {
                // The real server's words: what exactly failed is not told.
                throw new ApiException(422, "Invalid", "the server rejected our request due to an error in our request", []);
            }
        }

        var result = document["document"];
        document.Remove("document");
        return result ?? throw new ApiException(422, "Invalid", "the server rejected our request due to an error in our request", []);
    }

    private static bool Apply(JsonObject document, JsonObject operation, ref int copied)
    {
        // The document hangs below a root of its own, so that the empty pointer is a place like any other.
        if (Place(document, operation, "path") is not { } path)
        {
            return false;
        }

        switch (JsonScalar.TryText(operation["op"], out var op) ? op : "")
        {
            case "add":
                // Like the real server, a missing value is null.
                return Fits(operation, operation["value"]) && path.Add(operation["value"]?.DeepClone());
            case "replace":
                return Fits(operation, operation["value"]) && path.Replace(operation["value"]?.DeepClone());
            case "remove":
                return path.Remove();
            case "test":
                // A missing field equals null.
                var found = path.TryGet(out var actual);
                return JsonNode.DeepEquals(operation["value"], actual) && (found || path.Parent is JsonObject);
            case "copy":
                // Like the real server, a missing field copies as null.
                if (Place(document, operation, "from") is not { } source || (!source.TryGet(out var original) && source.Parent is not JsonObject))
                {
                    return false;
                }

                copied += Size(original);
                return copied <= MaximumCopiedNodes && Fits(operation, original) && path.Add(original?.DeepClone());
            case "move":
                if (Place(document, operation, "from") is not { } from || !from.TryGet(out var moved))
                {
                    return false;
                }

                var value = moved?.DeepClone();
                return Fits(operation, value) && from.Remove() && Place(document, operation, "path") is { } to && to.Add(value);
            default:
                return false;
        }
    }

    /// <summary>A patch must not nest deeper than a body may: a chain of operations could otherwise go on without end.</summary>
    private static bool Fits(JsonObject operation, JsonNode? value) =>
        JsonScalar.Text(operation["path"]).Count(character => character == '/') + Depth(value) <= RequestBody.MaximumDepth;

    private static int Depth(JsonNode? node) => node switch
    {
        JsonObject map => 1 + map.Select(field => Depth(field.Value)).DefaultIfEmpty().Max(),
        JsonArray list => 1 + list.Select(Depth).DefaultIfEmpty().Max(),
        _ => 0,
    };

    private static JsonPointer? Place(JsonObject document, JsonObject operation, string member) =>
        JsonScalar.TryText(operation[member], out var pointer) && (pointer.Length == 0 || pointer[0] == '/')
            ? JsonPointer.Find(document, "/document" + pointer)
            : null;

    private static int Size(JsonNode? node) => 1 + node switch
    {
        JsonObject map => map.Sum(field => Size(field.Value)),
        JsonArray list => list.Sum(Size),
        _ => 0,
    };
}
