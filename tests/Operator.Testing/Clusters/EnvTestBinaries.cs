namespace Operator.Testing.Clusters;

/// <summary>Where etcd and kube-apiserver are: the folder in KUBEBUILDER_ASSETS, or envtest's documented default.</summary>
internal static class EnvTestBinaries
{
    private const string Variable = "KUBEBUILDER_ASSETS";
    private const string DefaultFolder = "/usr/local/kubebuilder/bin";

    private static string Folder =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder ? folder : DefaultFolder;

    public static string Etcd => Path.Combine(Folder, "etcd");

    public static string ApiServer => Path.Combine(Folder, "kube-apiserver");

    public static string? MissingReason()
    {
        var missing = new[] { Etcd, ApiServer }.Where(p => !File.Exists(p)).Select(p => Path.GetFileName(p)).ToArray();
        return missing.Length == 0 ? null : $"{string.Join(" and ", missing)} not found in {Folder} ({Variable} names another folder)";
    }
}
