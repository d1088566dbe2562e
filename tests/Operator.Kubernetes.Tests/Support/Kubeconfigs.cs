using Operator.Kubernetes.Configuration;

namespace Operator.Kubernetes.Tests.Support;

/// <summary>Short kubeconfigs: one cluster, one user, one context.</summary>
public static class Kubeconfigs
{
    public static string With(string user = "{}", string cluster = "{server: 'https://a.test:6443'}", string context = "{cluster: c, user: u}") =>
        $"""
        apiVersion: v1
        kind: Config
        current-context: x
        clusters:
        - name: c
          cluster: {cluster}
        users:
        - name: u
          user: {user}
        contexts:
        - name: x
          context: {context}
        """;

    public static Task<KubernetesClientConfiguration> LoadAsync(string path, TimeProvider? time = null, string? context = null) =>
        KubernetesClientConfiguration.LoadAsync(new KubeconfigOptions { Path = path, Context = context, TimeProvider = time ?? TimeProvider.System });
}
