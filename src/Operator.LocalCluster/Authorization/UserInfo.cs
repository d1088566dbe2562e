namespace Operator.LocalCluster.Authorization;

/// <summary>Who sends a request.</summary>
/// <param name="Name">The user name, such as <c>system:serviceaccount:ns:name</c>.</param>
/// <param name="Uid">The user's UID; empty where there is none.</param>
/// <param name="Groups">All groups, <c>system:authenticated</c> included.</param>
/// <param name="Extra">Further attributes, such as the pod that a token is bound to.</param>
internal sealed record UserInfo(
    string Name, string Uid, IReadOnlyList<string> Groups, IReadOnlyDictionary<string, IReadOnlyList<string>> Extra)
{
    /// <summary>The cluster's own parts; allowed everything.</summary>
    public static UserInfo Internal { get; } = new(
        "system:apiserver", "", [SystemMasters, Authenticated], new Dictionary<string, IReadOnlyList<string>>());

    /// <summary>A request without credentials.</summary>
    public static UserInfo Anonymous { get; } = new(
        "system:anonymous", "", ["system:unauthenticated"], new Dictionary<string, IReadOnlyList<string>>());

    /// <summary>The group whose members may do everything.</summary>
    public const string SystemMasters = "system:masters";

    /// <summary>The group of everyone who showed credentials.</summary>
    public const string Authenticated = "system:authenticated";
}
