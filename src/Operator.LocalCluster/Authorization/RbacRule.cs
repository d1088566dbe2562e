using System.Text.Json.Nodes;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Authorization;

/// <summary>How one rule and one subject of a role or binding are read.</summary>
internal static class RbacRule
{
    /// <summary>Whether a rule allows a request.</summary>
    public static bool Allows(JsonObject rule, AuthorizationAttributes attributes)
    {
        if (!Has(rule, "verbs", attributes.Verb))
            return false;
        if (attributes.Path is { } path)
            return rule.Texts("nonResourceURLs").Any(url => url == "*" || url == path || url.EndsWith('*') && path.StartsWith(url[..^1], StringComparison.Ordinal));
        if (!Has(rule, "apiGroups", attributes.Group))
            return false;
        var resource = attributes.Subresource.Length == 0 ? attributes.Resource : $"{attributes.Resource}/{attributes.Subresource}";
        var covered = rule.Texts("resources").Any(covers => covers == "*" || covers == resource
            || attributes.Subresource.Length > 0 && covers == "*/" + attributes.Subresource);
        if (!covered)
            return false;
        var names = rule.Texts("resourceNames").ToList();
        return names.Count == 0 || names.Contains(attributes.Name);
    }

    /// <summary>The subject of a binding that is the user, as reasons name it; null when none is.</summary>
    public static string? Subject(JsonObject binding, UserInfo user, string ns)
    {
        foreach (var subject in binding.Children("subjects"))
        {
            var name = subject.Text("name") ?? "";
            switch (subject.Text("kind"))
            {
                case "User" when user.Name == name:
                    return $"User \"{name}\"";
                case "Group" when user.Groups.Contains(name):
                    return $"Group \"{name}\"";
                case "ServiceAccount":
                    var accountNamespace = subject.Text("namespace") is { Length: > 0 } given ? given : ns;
                    if (user.Name == $"system:serviceaccount:{accountNamespace}:{name}")
                        return $"ServiceAccount \"{name}/{accountNamespace}\"";
                    break;
                default:
                    break;
            }
        }
        return null;
    }

    private static bool Has(JsonObject rule, string list, string value) => rule.Texts(list).Any(item => item == "*" || item == value);
}
