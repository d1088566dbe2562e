namespace Operator.LocalCluster.FieldManagement;

internal static partial class FieldManager
{
    private const string AncientChanges = "ancient-changes";

    /// <summary>Merges the oldest managers by update of a version into one while there are too many.</summary>
    internal static void CapUpdateManagers(ManagedFields managed)
    {
        var updaters = managed.Owners.Keys.Where(owner => !owner.IsApply)
            .OrderBy(owner => managed.Owners[owner].Time?.ToUnixTimeSeconds() ?? 0).ThenBy(owner => owner.SortKey, StringComparer.Ordinal).ToArray();
        var excess = updaters.Length - MaximumUpdateManagers;
        var firstOfVersion = new Dictionary<string, FieldOwner>(StringComparer.Ordinal);
        foreach (var owner in updaters)
        {
            if (excess <= 0)
            {
                return;
            }

            var owned = managed.Owners[owner];
            if (firstOfVersion.TryAdd(owned.ApiVersion, owner))
            {
                continue;
            }

            var bucket = new FieldOwner(AncientChanges, false, owned.ApiVersion, "");
            if (owner == bucket || !managed.Owners.TryGetValue(bucket, out var merged))
            {
                managed.Owners.Remove(firstOfVersion[owned.ApiVersion], out merged);
            }

            managed.Owners.Remove(owner);
            managed.Owners[bucket] = owned with { Fields = owned.Fields.Union(merged!.Fields) };
            excess--;
        }
    }
}
