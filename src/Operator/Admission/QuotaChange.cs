using System.Globalization;
using Operator.Api;
using Operator.Api.Validation;
using Operator.Catalog;
using Operator.Quotas;
using Operator.Runtime.Caching;

namespace Operator.Admission;

/// <summary>
/// What a new or changed quota does to its tree. Only what this change makes worse is its fault: a tree that is overcommitted already
/// stays editable. What is missing or not permitted is a warning, because the other object may be applied a moment later.
/// </summary>
internal static class QuotaChange
{
    // A person reads the first few; the tree has the rest.
    private const int MostNames = 10;

    /// <summary>Checks a change.</summary>
    /// <param name="stored">All quotas as they are.</param>
    /// <param name="changed">The quota as it would be; it has a name and a namespace.</param>
    /// <param name="catalog">The models and their groups.</param>
    public static Findings Check(IReadOnlyList<ClaudeQuota> stored, ClaudeQuota changed, ModelCatalog catalog)
    {
        var key = ObjectKey.Of(changed);
        var errors = new List<Finding>();
        var warnings = new List<Finding>();
        var before = stored.FirstOrDefault(quota => ObjectKey.Of(quota) == key);
        var others = stored.Where(quota => ObjectKey.Of(quota) != key && quota.Unreadable is null).ToDictionary(quota => ObjectKey.Of(quota));
        if (Way(changed, others, errors) is { } way)
        {
            if (ParentOf(changed) is { } parent) Parent(changed, before, parent, others, errors, warnings);
            InItsPlace(changed, way, catalog, errors, warnings);
        }

        Withdrawn(changed, before, others.Values, warnings);
        return new Findings(errors, warnings);
    }

    /// <summary>What still refers to a quota that is about to go.</summary>
    public static IEnumerable<string> Dependents(ObjectKey key, IEnumerable<ClaudeQuota> quotas, IEnumerable<ClaudeDeployment> deployments)
    {
        var children = Names(quotas.Where(quota => quota.Unreadable is null && ParentOf(quota) == key).Select(quota => ObjectKey.Of(quota)), out var childCount);
        if (childCount > 0) yield return $"{childCount} ClaudeQuotas have this one as their parent and lose their limits: {children}";
        var users = Names(
            deployments.Where(d => d.Unreadable is null && Target(d.Metadata.NamespaceProperty, d.Spec.QuotaRef) == key).Select(d => ObjectKey.Of(d)), out var userCount);
        if (userCount > 0) yield return $"{userCount} ClaudeDeployments draw on this quota and keep what their limiters hold: {users}";
    }

    /// <summary>Follows the parents up as far as they exist; null, with an error, when the way comes back or is too long.</summary>
    private static List<ClaudeQuota>? Way(ClaudeQuota changed, Dictionary<ObjectKey, ClaudeQuota> others, List<Finding> errors)
    {
        var key = ObjectKey.Of(changed);
        var keys = new List<ObjectKey> { key };
        var way = new List<ClaudeQuota> { changed };
        while (ParentOf(way[^1]) is { } parent)
        {
            keys.Add(parent);
            if (parent == key)
            {
                errors.Add(new Finding(
                    "spec.parentRef", FindingReason.FieldValueInvalid, $"the quota would be its own ancestor: {string.Join(" -> ", keys)}; name another parent"));
                return null;
            }

            if (!others.TryGetValue(parent, out var above)) break;
            way.Add(above);
            // Also where the way goes round in a circle that the changed quota is not on.
            if (way.Count > QuotaTree.MaxDepth) break;
        }

        if (way.Count + Height(key, others.Values) <= QuotaTree.MaxDepth) return way;
        errors.Add(new Finding(
            "spec.parentRef", FindingReason.FieldValueInvalid,
            $"the way from the organization through this quota to those below it is longer than {QuotaTree.MaxDepth} quotas; name a parent nearer to the organization"));
        return null;
    }

    /// <summary>How many levels of quotas are below one.</summary>
    private static int Height(ObjectKey key, IEnumerable<ClaudeQuota> others)
    {
        var children = others.Where(quota => ParentOf(quota) is not null).ToLookup(quota => ParentOf(quota)!.Value, quota => ObjectKey.Of(quota));
        var height = 0;
        // Bounded: a circle below has no end.
        for (var level = children[key].ToList(); level.Count > 0 && height <= QuotaTree.MaxDepth; height++) level = [.. level.SelectMany(child => children[child]).Distinct()];
        return height;
    }

    /// <summary>What the tree says of the quota's own fields where it would stand: limits, groups, what has no meaning there.</summary>
    private static void InItsPlace(ClaudeQuota changed, List<ClaudeQuota> way, ModelCatalog catalog, List<Finding> errors, List<Finding> warnings)
    {
        var node = QuotaTree.Build(way, catalog).Find(ObjectKey.Of(changed))!;
        foreach (var found in node.Findings)
        {
            // Links are judged above, in words for whoever applies.
            if (found.Path != "spec.parentRef") (found.IsError ? errors : warnings).Add(new Finding(found.Path, FindingReason.FieldValueInvalid, found.Message));
        }
    }

    private static void Parent(
        ClaudeQuota changed, ClaudeQuota? before, ObjectKey parent, Dictionary<ObjectKey, ClaudeQuota> others, List<Finding> errors, List<Finding> warnings)
    {
        var @namespace = changed.Metadata.NamespaceProperty!;
        if (!others.TryGetValue(parent, out var above) || !QuotaTree.Allows(above, @namespace))
        {
            // Whether a quota of another namespace exists is not told to those whom it does not allow.
            warnings.Add(new Finding("spec.parentRef", FindingReason.FieldValueInvalid, parent.Namespace == @namespace
                ? $"there is no ClaudeQuota {parent} yet; until there is, this quota has no limits to share"
                : $"there is no ClaudeQuota {parent} that allows the namespace {@namespace} in spec.allowedNamespaces; until there is, this quota has no limits to share"));
            return;
        }

        var own = Guarantee(changed);
        if (before is not null && ParentOf(before) == parent && own <= Guarantee(before)) return;
        var siblings = others.Values.Where(quota => ParentOf(quota) == parent && QuotaTree.Allows(above, quota.Metadata.NamespaceProperty!) && Guarantee(quota) > 0).ToList();
        var taken = siblings.Sum(Guarantee);
        if (own == 0 || own + taken <= 10_000) return;
        var names = Names(siblings.Select(quota => ObjectKey.Of(quota)), out _);
        errors.Add(new Finding(
            "spec.share.guarantee", FindingReason.FieldValueInvalid,
            $"the guarantees of the quotas under {parent} would add up to {Text(own + taken)}; {Text(Math.Max(0, 10_000 - taken))} is left beside {names}"));
    }

    private static void Withdrawn(ClaudeQuota changed, ClaudeQuota? before, IEnumerable<ClaudeQuota> others, List<Finding> warnings)
    {
        if (before is null || before.Unreadable is not null) return;
        var key = ObjectKey.Of(changed);
        var lost = Names(
            others.Where(quota => ParentOf(quota) == key && QuotaTree.Allows(before, quota.Metadata.NamespaceProperty!) && !QuotaTree.Allows(changed, quota.Metadata.NamespaceProperty!))
                .Select(quota => ObjectKey.Of(quota)),
            out var count);
        if (count > 0)
            warnings.Add(new Finding("spec.allowedNamespaces", FindingReason.FieldValueInvalid, $"{count} ClaudeQuotas lose this parent at once: {lost}"));
    }

    private static ObjectKey? ParentOf(ClaudeQuota quota) => Target(quota.Metadata.NamespaceProperty, quota.Spec?.ParentRef);

    private static ObjectKey? Target(string? from, QuotaReference? reference) => string.IsNullOrEmpty(reference?.Name)
        ? null
        : new ObjectKey(string.IsNullOrEmpty(reference.NamespaceProperty) ? from : reference.NamespaceProperty, reference.Name);

    /// <summary>In hundredths of a percent; what cannot be read is refused by the field's own rule.</summary>
    private static long Guarantee(ClaudeQuota quota) =>
        quota.Spec?.Share?.Guarantee is { } guarantee && guarantee.TryGetBasisPoints(out var points) ? points : 0;

    private static string Text(long points) => (points / 100m).ToString("0.##", CultureInfo.InvariantCulture) + "%";

    private static string Names(IEnumerable<ObjectKey> keys, out int count)
    {
        var all = keys.Select(key => key.ToString()).Order(StringComparer.Ordinal).ToList();
        count = all.Count;
        return string.Join(", ", all.Take(MostNames)) + (count > MostNames ? ", …" : "");
    }
}
