namespace Operator.Catalog;

/// <summary>The namespace of the pod that this process runs in.</summary>
internal static class OwnNamespace
{
    private const string File = "/var/run/secrets/kubernetes.io/serviceaccount/namespace";

    /// <summary>The namespace that the kubelet mounted; null outside of a cluster.</summary>
    public static string? Read()
    {
        try
        {
            return System.IO.File.ReadAllText(File).Trim() is { Length: > 0 } name ? name : null;
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }
}
