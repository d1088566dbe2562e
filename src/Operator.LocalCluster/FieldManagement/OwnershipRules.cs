using System.Text.Json.Nodes;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.FieldManagement;

/// <summary>What one write means for the owners of fields: the algorithm behind update and apply, without identities and times.</summary>
/// <param name="Type">The type of the object.</param>
/// <param name="ResetFields">The fields that the written resource ignores, with all below them: nobody comes to own them through it.</param>
internal sealed record OwnershipRules(MergeType Type, FieldSet ResetFields)
{
    private static readonly FieldSet Status = FieldSet.Of(["status"]);
    private static readonly FieldSet AllButStatus = FieldSet.Of(["metadata"], ["spec"]);
    private static readonly FieldSet Spec = FieldSet.Of(["spec"]);
    private static readonly FieldSet None = new();

    /// <summary>The fields that identify an object or that only the server writes; they are never owned.</summary>
    private static readonly FieldSet Unowned = FieldSet.Of(
        ["apiVersion"], ["kind"], ["metadata"], ["metadata", "name"], ["metadata", "namespace"], ["metadata", "creationTimestamp"],
        ["metadata", "selfLink"], ["metadata", "uid"], ["metadata", "clusterName"], ["metadata", "generation"],
        ["metadata", "managedFields"], ["metadata", "resourceVersion"]);

    /// <summary>The rules of writes to a resource or one of its subresources.</summary>
    public static OwnershipRules For(ResourceDefinition definition, string? subresource)
    {
        var reset = !definition.HasStatus ? None : subresource switch
        {
            "status" => definition.IsCustom ? AllButStatus : Spec,
            _ => Status,
        };
        return new OwnershipRules(MergeType.OfObject(definition.Schema), reset);
    }

    /// <summary>Gives what an update changed to its owner, and takes it from all others. Returns whether the owner got anything.</summary>
    public bool Update(JsonNode? live, JsonNode? updated, ManagedFields managed, FieldOwner owner, string apiVersion)
    {
        Reconcile(managed);
        var changes = FieldComparison.Between(Type, live, updated).Excluding(ResetFields);
        Take(managed, changes, except: null);
        var fields = changes.Modified.Union(changes.Added).RecursiveDifference(ResetFields).Difference(Unowned);
        if (fields.IsEmpty)
        {
            return false;
        }

        managed.Set(owner, apiVersion, managed.Owners.TryGetValue(owner, out var previous) ? fields.Union(previous.Fields) : fields);
        return true;
    }

    /// <summary>Merges an applied object into the live one, and drops what its owner no longer applies and nobody else owns.</summary>
    /// <exception cref="FieldConflictException">It would change what others own, and <paramref name="force"/> is false.</exception>
    public JsonNode? Apply(JsonNode? live, JsonNode? applied, ManagedFields managed, FieldOwner owner, string apiVersion, bool force)
    {
        Reconcile(managed);
        var merged = TypedMerge.Merge(Type, live, applied);
        var last = managed.Owners.GetValueOrDefault(owner)?.Fields ?? new FieldSet();
        var fields = TypedValue.Fields(Type, applied).RecursiveDifference(ResetFields);
        managed.Set(owner, apiVersion, fields);
        merged = Prune(merged, managed, last);
        var changes = FieldComparison.Between(Type, live, merged).Excluding(ResetFields);
        if (!force)
        {
            RequireNoConflict(managed, changes, owner);
        }

        Take(managed, changes, owner);
        managed.Set(owner, apiVersion, fields.Difference(Unowned));
        return merged;
    }

    /// <summary>Removes what the last apply set and this one does not, but for what another manager owns.</summary>
    private JsonNode? Prune(JsonNode? merged, ManagedFields managed, FieldSet last)
    {
        if (last.IsEmpty)
        {
            return merged;
        }

        var all = TypedValue.Fields(Type, merged).WithNamedFields(Type);
        var lastFields = last.WithNamedFields(Type);
        var owned = managed.Owners.Values.Aggregate(new FieldSet(), (union, entry) => union.Union(entry.Fields)).WithNamedFields(Type);

        FieldSet Fields(JsonNode? value) => TypedValue.Fields(Type, value).WithNamedFields(Type);
        var pruned = TypedValue.Without(Type, merged, lastFields);
        // What another manager owns comes back, and with it what it hangs below.
        pruned = TypedValue.Without(Type, merged, all.Difference(Fields(pruned).Union(owned)));
        // So does what nobody owns but went with its parent.
        return TypedValue.Without(Type, merged, all.Difference(Fields(pruned)).Intersection(lastFields));
    }

    private static void RequireNoConflict(ManagedFields managed, FieldComparison changes, FieldOwner owner)
    {
        var changed = changes.Modified.Union(changes.Added);
        var conflicts = managed.Owners.Where(entry => entry.Key != owner).OrderBy(entry => entry.Key.SortKey, StringComparer.Ordinal)
            .SelectMany(entry => entry.Value.Fields.Intersection(changed).Paths().Select(path => new FieldConflict(entry.Key, path)))
            .ToArray();
        if (conflicts.Length > 0)
        {
            throw new FieldConflictException(conflicts);
        }
    }

    /// <summary>Takes what changed or went from every owner but one.</summary>
    private static void Take(ManagedFields managed, FieldComparison changes, FieldOwner? except)
    {
        var gone = changes.Modified.Union(changes.Added).Union(changes.Removed);
        foreach (var (owner, owned) in managed.Owners.ToArray())
        {
            if (owner != except)
            {
                managed.Set(owner, owned.ApiVersion, owned.Fields.Difference(gone));
            }
        }
    }

    /// <summary>Fields below what the schema has made atomic since are owned through the atomic whole.</summary>
    private void Reconcile(ManagedFields managed)
    {
        foreach (var (owner, owned) in managed.Owners.ToArray())
        {
            managed.Set(owner, owned.ApiVersion, Atomic(Type, owned.Fields));
        }
    }

    private static FieldSet Atomic(MergeType? type, FieldSet fields)
    {
        var result = new FieldSet();
        foreach (var element in fields.Members)
        {
            result.Insert([element]);
        }

        foreach (var (element, below) in fields.Children)
        {
            var child = element.Kind == PathElementKind.Field ? type?.Map?.Field(element.Name) : type?.List?.Element;
            if (child is { Map: { IsAtomic: true }, Scalar: null } or { List: { IsAtomic: true }, Scalar: null, Map: null })
            {
                result.Insert([element]);
            }
            else
            {
                foreach (var path in Atomic(child, below).Paths())
                {
                    result.Insert([element, .. path]);
                }
            }
        }

        return result;
    }
}
