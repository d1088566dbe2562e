using System.Text.Json.Nodes;

namespace Operator.Kubernetes.Configuration;

/// <summary>Writes what a credential plugin is told in KUBERNETES_EXEC_INFO.</summary>
internal static class ExecInfo
{
    /// <param name="version">The version of the protocol.</param>
    /// <param name="interactive">Whether the plugin may use the terminal.</param>
    /// <param name="cluster">The cluster to describe; null to tell nothing about it.</param>
    public static string Write(string version, bool interactive, ConfigNode? cluster)
    {
        var spec = new JsonObject { ["interactive"] = interactive };
        if (cluster is { } node) spec["cluster"] = Cluster(node);
        return new JsonObject { ["kind"] = "ExecCredential", ["apiVersion"] = version, ["spec"] = spec }.ToJsonString();
    }

    private static JsonObject Cluster(ConfigNode node)
    {
        var cluster = new JsonObject { ["server"] = node.Text("server") };
        if (node.Text("tls-server-name") is { } name) cluster["tls-server-name"] = name;
        if (node.Flag("insecure-skip-tls-verify")) cluster["insecure-skip-tls-verify"] = true;
        if (node.DataOrFile("certificate-authority-data", "certificate-authority") is var (bytes, _))
            cluster["certificate-authority-data"] = Convert.ToBase64String(bytes);
        if (node.Text("proxy-url") is { } proxy) cluster["proxy-url"] = proxy;
        var config = node.List("extensions").OfType<JsonObject>()
            .FirstOrDefault(e => e["name"]?.ToString() == "client.authentication.k8s.io/exec")?["extension"];
        cluster["config"] = config?.DeepClone();
        return cluster;
    }
}
