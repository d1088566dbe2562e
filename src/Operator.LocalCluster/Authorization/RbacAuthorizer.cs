using System.Text.Json.Nodes;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Authorization;

/// <summary>Roles, ClusterRoles and their bindings. Members of system:masters may do everything.</summary>
/// <remarks>
/// Rules are read at most once a second for what they allow, and anew before anything is denied: a grant takes effect at once, a
/// withdrawn one within a second.
/// </remarks>
internal sealed class RbacAuthorizer(IInternalClient client, TimeProvider time) : IAuthorizer
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);
    private volatile Policy? _policy;

    /// <inheritdoc/>
    public async ValueTask<AuthorizationDecision> AuthorizeAsync(AuthorizationAttributes attributes, CancellationToken cancellationToken)
    {
        if (attributes.User.Groups.Contains(UserInfo.SystemMasters))
            return new(true, "");
        var asked = time.GetTimestamp();
        var policy = _policy;
        if (policy is not null && time.GetElapsedTime(policy.ReadAt, asked) < Fresh && policy.Decide(attributes) is { Allowed: true } allowed)
            return allowed;
        _policy = policy = await ReadAsync(asked, cancellationToken);
        return policy.Decide(attributes);
    }

    /// <summary>All rules that hold for a user in a namespace, as a SelfSubjectRulesReview lists them.</summary>
    public async ValueTask<IReadOnlyList<JsonObject>> RulesAsync(UserInfo user, string ns, CancellationToken cancellationToken)
    {
        if (user.Groups.Contains(UserInfo.SystemMasters))
        {
            JsonArray All() => ["*"];
            return
            [
                new() { ["verbs"] = All(), ["apiGroups"] = All(), ["resources"] = All() },
                new() { ["verbs"] = All(), ["nonResourceURLs"] = All() },
            ];
        }
        var policy = await ReadAsync(time.GetTimestamp(), cancellationToken);
        return [.. policy.Grants(user, ns).SelectMany(grant => grant.Rules)];
    }

    private async ValueTask<Policy> ReadAsync(long now, CancellationToken cancellationToken) => new(
        now,
        await client.ListAsync(WellKnown.ClusterRoleBindings, null, cancellationToken),
        await client.ListAsync(WellKnown.RoleBindings, null, cancellationToken),
        await client.ListAsync(WellKnown.ClusterRoles, null, cancellationToken),
        await client.ListAsync(WellKnown.Roles, null, cancellationToken));

    private sealed class Policy(
        long readAt, IReadOnlyList<JsonObject> clusterBindings, IReadOnlyList<JsonObject> bindings, IReadOnlyList<JsonObject> clusterRoles,
        IReadOnlyList<JsonObject> roles)
    {
        private readonly Dictionary<string, JsonObject> _clusterRoles =
            clusterRoles.ToDictionary(role => role.Text("metadata", "name") ?? "", StringComparer.Ordinal);

        private readonly Dictionary<(string, string), JsonObject> _roles =
            roles.ToDictionary(role => (role.Text("metadata", "namespace") ?? "", role.Text("metadata", "name") ?? ""));

        public long ReadAt => readAt;

        public AuthorizationDecision Decide(AuthorizationAttributes attributes)
        {
            var missing = "";
            foreach (var grant in Grants(attributes.User, attributes.Namespace))
            {
                if (grant.Missing is { } role)
                    missing = $"RBAC: {role} not found";
                else if (grant.Rules.Any(rule => RbacRule.Allows(rule, attributes)))
                    return new(true, $"RBAC: allowed by {grant.Description}");
            }
            return new(false, missing);
        }

        public IEnumerable<Grant> Grants(UserInfo user, string ns)
        {
            foreach (var binding in clusterBindings)
                if (RbacRule.Subject(binding, user, "") is { } subject)
                    yield return Resolve(binding, "ClusterRoleBinding", subject, "");
            if (ns.Length == 0)
                yield break;
            foreach (var binding in bindings.Where(binding => binding.Text("metadata", "namespace") == ns))
                if (RbacRule.Subject(binding, user, ns) is { } subject)
                    yield return Resolve(binding, "RoleBinding", subject, ns);
        }

        private Grant Resolve(JsonObject binding, string kind, string subject, string ns)
        {
            var roleKind = binding.Text("roleRef", "kind") ?? "";
            var roleName = binding.Text("roleRef", "name") ?? "";
            var role = roleKind == "ClusterRole" ? _clusterRoles.GetValueOrDefault(roleName) : _roles.GetValueOrDefault((ns, roleName));
            var bindingName = binding.Text("metadata", "name");
            var shown = ns.Length == 0 ? bindingName : $"{bindingName}/{ns}";
            return role is null
                ? new("", [], $"{roleKind.ToLowerInvariant()}.rbac.authorization.k8s.io \"{roleName}\"")
                : new($"{kind} \"{shown}\" of {roleKind} \"{roleName}\" to {subject}", [.. Rules(role)], null);
        }

        // An aggregated role has the rules of all roles that its selectors match.
        private IEnumerable<JsonObject> Rules(JsonObject role)
        {
            var selectors = role.Children("aggregationRule", "clusterRoleSelectors").ToList();
            return selectors.Count == 0
                ? role.Children("rules")
                : _clusterRoles.Values
                    .Where(other => selectors.Any(selector => BuiltIns.LabelSelection.Matches(selector, other.Child("metadata", "labels"))))
                    .SelectMany(other => other.Children("rules"));
        }
    }

    private sealed record Grant(string Description, IReadOnlyList<JsonObject> Rules, string? Missing);
}
