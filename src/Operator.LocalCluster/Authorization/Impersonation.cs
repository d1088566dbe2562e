using Microsoft.AspNetCore.Http;
using Operator.LocalCluster.Api;

namespace Operator.LocalCluster.Authorization;

/// <summary>Acting as somebody else, where the Impersonate headers ask for it and the sender may.</summary>
internal static class Impersonation
{
    private const string ExtraPrefix = "Impersonate-Extra-";
    private const string AccountPrefix = "system:serviceaccount:";

    /// <summary>The user in whose name a request is answered.</summary>
    /// <exception cref="ApiException">403: the sender may not impersonate them; 400: groups or extras without a user.</exception>
    public static async ValueTask<UserInfo> ApplyAsync(
        UserInfo sender, IHeaderDictionary headers, IAuthorizer authorizer, CancellationToken cancellationToken)
    {
        var name = headers["Impersonate-User"].ToString();
        var groups = headers["Impersonate-Group"].OfType<string>().ToList();
        var uid = headers["Impersonate-Uid"].ToString();
        var extra = headers.Where(header => header.Key.StartsWith(ExtraPrefix, StringComparison.OrdinalIgnoreCase))
            .ToDictionary(
                header => Uri.UnescapeDataString(header.Key[ExtraPrefix.Length..].ToLowerInvariant()),
                header => (IReadOnlyList<string>)[.. header.Value.OfType<string>()]);
        if (name.Length == 0)
        {
            return groups.Count == 0 && uid.Length == 0 && extra.Count == 0
                ? sender
                : throw ApiErrors.Internal("requested impersonation without a user: the Impersonate-User header is missing");
        }
        var account = name.StartsWith(AccountPrefix, StringComparison.Ordinal) ? name[AccountPrefix.Length..].Split(':') : [];
        if (account is [var ns, var accountName])
        {
            await CheckAsync(sender, "serviceaccounts", accountName, ns, authorizer, cancellationToken);
            if (groups.Count == 0)
                groups.AddRange(["system:serviceaccounts", "system:serviceaccounts:" + ns]);
        }
        else
        {
            await CheckAsync(sender, "users", name, "", authorizer, cancellationToken);
        }
        foreach (var group in headers["Impersonate-Group"].OfType<string>())
            await CheckAsync(sender, "groups", group, "", authorizer, cancellationToken);
        if (uid.Length > 0)
            await CheckAsync(sender, "uids", uid, "", authorizer, cancellationToken, "authentication.k8s.io");
        foreach (var (key, values) in extra)
            foreach (var value in values)
                await CheckAsync(sender, "userextras", value, "", authorizer, cancellationToken, "authentication.k8s.io", key);
        var known = name == UserInfo.Anonymous.Name ? "system:unauthenticated" : UserInfo.Authenticated;
        if (!groups.Contains(known))
            groups.Add(known);
        return new UserInfo(name, uid, groups, extra);
    }

    private static async ValueTask CheckAsync(
        UserInfo sender, string resource, string name, string ns, IAuthorizer authorizer, CancellationToken cancellationToken,
        string group = "", string subresource = "")
    {
        var attributes = new AuthorizationAttributes
        {
            User = sender, Verb = "impersonate", Group = group, Resource = resource, Subresource = subresource, Name = name, Namespace = ns,
        };
        var decision = await authorizer.AuthorizeAsync(attributes, cancellationToken);
        if (!decision.Allowed)
            throw Forbidden.Error(attributes, decision);
    }
}
