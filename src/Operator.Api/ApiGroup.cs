namespace Operator.Api;

/// <summary>The API group and version of all resources of this product.</summary>
public static class ApiGroup
{
    /// <summary>The group: prefix of labels, annotations and finalizers too.</summary>
    public const string Name = "claudeops.dev";

    /// <summary>The served and stored version.</summary>
    public const string Version = "v1alpha1";

    /// <summary>The value of <c>apiVersion</c>.</summary>
    public const string ApiVersion = Name + "/" + Version;
}
