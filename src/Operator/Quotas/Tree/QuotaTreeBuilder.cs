using Operator.Api;
using Operator.Catalog;
using Operator.Runtime.Caching;

namespace Operator.Quotas;

/// <summary>Links quotas to trees, finds what is wrong with the links, and hands limits down from the roots.</summary>
internal static class QuotaTreeBuilder
{
    public static IEnumerable<QuotaNode> Build(
        IEnumerable<ClaudeQuota> quotas, ModelCatalog catalog, IReadOnlyDictionary<ObjectKey, ObservedLimits> observed)
    {
        var nodes = quotas.Select(q => new QuotaNode(q)).OrderBy(n => n.Key.ToString(), StringComparer.Ordinal).ToDictionary(n => n.Key);
        var parents = new Dictionary<ObjectKey, QuotaNode>();
        foreach (var node in nodes.Values)
        {
            node.Path = [node];
            node.IsRooted = node.Spec.ParentRef is null;
            if (!node.IsRooted && Parent(node, nodes) is { } parent) parents[node.Key] = parent;
        }
        foreach (var node in nodes.Values) ReportCycle(node, parents);
        // A node without errors in its own link hangs on its parent; from the roots down everything gets its place.
        foreach (var (key, parent) in parents)
        {
            if (nodes[key].Findings.All(f => f.Reason != QuotaReasons.Cyclic)) parent.Add(nodes[key]);
        }
        foreach (var root in nodes.Values.Where(n => n.IsRooted).ToList()) Place(root, catalog, observed.GetValueOrDefault(root.Key) ?? ObservedLimits.None);
        foreach (var node in nodes.Values.Where(n => !n.IsRooted)) Orphan(node, parents, catalog);
        return nodes.Values;
    }

    private static QuotaNode? Parent(QuotaNode node, Dictionary<ObjectKey, QuotaNode> nodes)
    {
        var reference = node.Spec.ParentRef!;
        if (string.IsNullOrEmpty(reference.Name)) return null;
        var @namespace = string.IsNullOrEmpty(reference.NamespaceProperty) ? node.Key.Namespace! : reference.NamespaceProperty;
        var key = new ObjectKey(@namespace, reference.Name);
        var foreign = @namespace != node.Key.Namespace;
        if (nodes.TryGetValue(key, out var parent) && QuotaTree.Allows(parent.Quota, node.Key.Namespace!)) return parent;
        node.IsWithdrawn = parent is not null;
        if (parent is null && !foreign) node.Add(QuotaReasons.ParentMissing, "spec.parentRef", $"there is no ClaudeQuota {key}", true);
        else node.Add(QuotaReasons.ParentForbidden, "spec.parentRef", $"there is no ClaudeQuota {key} that allows the namespace {node.Key.Namespace} in spec.allowedNamespaces", true);
        return null;
    }

    private static void ReportCycle(QuotaNode node, Dictionary<ObjectKey, QuotaNode> parents)
    {
        var way = new List<QuotaNode> { node };
        var seen = new HashSet<ObjectKey> { node.Key };
        for (var at = node; parents.TryGetValue(at.Key, out var parent); at = parent)
        {
            way.Add(parent);
            if (parent.Key == node.Key)
            {
                node.Add(QuotaReasons.Cyclic, "spec.parentRef", $"the parents form a cycle: {string.Join(" -> ", way.Select(n => n.Key))}", true);
                return;
            }
            if (!seen.Add(parent.Key)) return;
        }
    }

    private static void Place(QuotaNode root, ModelCatalog catalog, ObservedLimits observed)
    {
        var stack = new Stack<(QuotaNode Node, QuotaNode? Parent, double Guarantee)>([(root, null, 1)]);
        while (stack.TryPop(out var item))
        {
            var (node, parent, guarantee) = item;
            if (parent?.Path.Count == QuotaTree.MaxDepth)
            {
                node.Add(QuotaReasons.TooDeep, "spec.parentRef", $"the way to {root.Key} is longer than {QuotaTree.MaxDepth} quotas", true);
                continue;
            }
            node.IsRooted = true;
            node.Parent = parent;
            node.Path = [.. parent?.Path ?? [], node];
            node.Observed = observed;
            node.GroupMap = parent?.GroupMap ?? new GroupMap(catalog, root.Spec.Source == LimitSource.RateLimitsApi ? observed.Api : null);
            Limits(node, parent, guarantee, observed);
            var scale = Overcommitment(node);
            foreach (var child in node.Children.Reverse()) stack.Push((child, node, child.Terms.Guarantee * scale));
        }
    }

    private static void Limits(QuotaNode node, QuotaNode? parent, double guarantee, ObservedLimits observed)
    {
        var spec = node.Spec;
        var declared = DeclaredLimits.Read(spec, node.GroupMap, node.FindingList);
        if (parent is not null)
        {
            node.Groups = LimitRules.OfChild(parent.Groups, declared, node.Terms, guarantee).ToDictionary(g => g.Group, StringComparer.Ordinal);
            return;
        }
        node.Groups = LimitRules.OfRoot(spec.Tier, declared, observed, node.GroupMap).ToDictionary(g => g.Group, StringComparer.Ordinal);
        if (node.Groups.Count > 0) return;
        var why = spec.Tier is { } tier ? $"no limits are published for the tier {tier}" : "there is neither a tier nor a limit";
        node.Add(QuotaReasons.NoLimits, spec.Tier is null ? "spec.limits" : "spec.tier", $"{why}; declare spec.limits, or nothing is held back before the API refuses it", false);
    }

    /// <returns>What the children's guarantees are multiplied with.</returns>
    private static double Overcommitment(QuotaNode node)
    {
        var sum = node.Children.Sum(c => c.Terms.Guarantee);
        // Guarantees are whole hundredths of a percent; the sum of their binary forms is off by less than this.
        if (sum <= 1 + 1e-9) return 1;
        node.IsOvercommitted = true;
        var parts = string.Join(", ", node.Children.Where(c => c.Terms.Guarantee > 0).Take(10).Select(c => $"{c.Key} {c.Terms.Guarantee * 100:0.##}%"));
        node.Add(
            QuotaReasons.Overcommitted, "spec.share.guarantee",
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"the guarantees of the children add up to {sum * 100:0.##}% ({parts}); each is scaled by {1 / sum:0.###}"), false);
        return 1 / sum;
    }

    private static void Orphan(QuotaNode node, Dictionary<ObjectKey, QuotaNode> parents, ModelCatalog catalog)
    {
        node.GroupMap = new GroupMap(catalog, null);
        var above = node;
        for (var steps = 0; steps < QuotaTree.MaxDepth && parents.TryGetValue(above.Key, out var next); steps++) above = next;
        node.IsWithdrawn |= above.IsWithdrawn;
        if (node.Findings.Any(f => f.Path.StartsWith("spec.parentRef", StringComparison.Ordinal) && f.IsError)) return;
        node.Add(QuotaReasons.ParentRejected, "spec.parentRef", $"the parent {parents.GetValueOrDefault(node.Key)?.Key} is in no tree itself; see its conditions", true);
    }
}
