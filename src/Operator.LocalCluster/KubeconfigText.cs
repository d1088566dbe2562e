using System.Text;

namespace Operator.LocalCluster;

/// <summary>Writes kubeconfig files.</summary>
internal static class KubeconfigText
{
    /// <summary>A kubeconfig with one cluster, one user with a token, and the namespace <c>default</c>.</summary>
    public static string Write(Uri server, string authorityPem, string user, string token) =>
        $"""
        apiVersion: v1
        kind: Config
        clusters:
        - name: local
          cluster:
            server: {server.GetLeftPart(UriPartial.Authority)}
            certificate-authority-data: {Convert.ToBase64String(Encoding.ASCII.GetBytes(authorityPem))}
        users:
        - name: {user}
          user:
            token: {token}
        contexts:
        - name: local
          context:
            cluster: local
            user: {user}
            namespace: default
        current-context: local

        """;
}
