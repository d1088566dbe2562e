using System.Text.Json.Nodes;

namespace Operator.LocalCluster.Schemas;

internal static partial class SchemaValidator
{
    /// <summary>What was found at a node and below: the errors, and how many checks fitted (to tell the closest alternative).</summary>
    private sealed class Findings
    {
        private readonly List<FieldError> errors = [];

        public IReadOnlyList<FieldError> Errors => errors;

        public int Matches { get; set; }

        public bool IsValid => errors.Count == 0;

        public void Add(FieldError error)
        {
            if (!errors.Contains(error))
            {
                errors.Add(error);
            }
        }

        public void Merge(Findings other)
        {
            foreach (var error in other.errors)
            {
                Add(error);
            }

            Matches += other.Matches;
        }
    }

    /// <summary>The stored value that corresponds to the one being checked.</summary>
    private readonly record struct Stored(bool IsKnown, JsonNode? Value)
    {
        public Stored Field(string name) =>
            Value is JsonObject map && map.TryGetPropertyValue(name, out var field) ? new(true, field) : default;

        /// <summary>The item of the same key in a list of type map; items of other lists have no counterpart.</summary>
        public Stored Item(StructuralSchema list, JsonNode? item)
        {
            if (Value is not JsonArray stored || list.ListType != "map" || item is not JsonObject map)
            {
                return default;
            }

            foreach (var candidate in stored)
            {
                if (candidate is JsonObject other && list.ListMapKeys.All(key => JsonNode.DeepEquals(map[key], other[key])))
                {
                    return new(true, candidate);
                }
            }

            return default;
        }
    }

    private static Findings Compositions(StructuralSchema schema, JsonNode? value, Stored stored, string path)
    {
        var findings = new Findings();
        AnyOf(findings, schema, value, stored, path);
        OneOf(findings, schema, value, stored, path);
        AllOf(findings, schema, value, stored, path);
        if (schema.Not is { } not && Node(not, value, stored, path).IsValid)
        {
            findings.Add(Composition(path, "must not validate the schema (not)"));
        }

        findings.Matches++;
        return findings;
    }

    private static void AnyOf(Findings findings, StructuralSchema schema, JsonNode? value, Stored stored, string path)
    {
        if (schema.AnyOf.Count == 0)
        {
            return;
        }

        var (valid, first, closest) = Alternatives(schema.AnyOf, value, stored, path);
        if (valid == 0)
        {
            findings.Add(Composition(path, "must validate at least one schema (anyOf)"));
        }

        findings.Merge(first ?? closest!);
    }

    private static void OneOf(Findings findings, StructuralSchema schema, JsonNode? value, Stored stored, string path)
    {
        if (schema.OneOf.Count == 0)
        {
            return;
        }

        var (valid, first, closest) = Alternatives(schema.OneOf, value, stored, path);
        if (valid == 1)
        {
            findings.Merge(first!);
            return;
        }

        findings.Add(Composition(path, "must validate one and only one schema (oneOf). Found " + (valid == 0 ? "none valid" : $"{valid} valid alternatives")));
        if (valid == 0)
        {
            findings.Merge(closest!);
        }
    }

    private static void AllOf(Findings findings, StructuralSchema schema, JsonNode? value, Stored stored, string path)
    {
        var valid = 0;
        foreach (var part in schema.AllOf)
        {
            var result = Node(part, value, stored, path);
            valid += result.IsValid ? 1 : 0;
            findings.Merge(result);
        }

        if (valid != schema.AllOf.Count)
        {
            findings.Add(Composition(path, "must validate all the schemas (allOf)" + (valid == 0 ? ". None validated" : "")));
        }
    }

    private static (int Valid, Findings? First, Findings? Closest) Alternatives(
        IReadOnlyList<StructuralSchema> schemas, JsonNode? value, Stored stored, string path)
    {
        var valid = 0;
        Findings? first = null, closest = null;
        foreach (var schema in schemas)
        {
            var result = Node(schema, value, stored, path);
            if (result.IsValid)
            {
                valid++;
                first ??= result;
            }
            else if (closest is null || result.Matches > closest.Matches)
            {
                closest = result;
            }
        }

        return (valid, first, closest);
    }

    // The server reports these without a field.
    private static FieldError Composition(string path, string rule) => FieldErrors.Invalid("", "", $"{GoFormat.Quote(path)} {rule}");
}
