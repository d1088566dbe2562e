using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Operator.Testing.Clusters;

/// <summary>One etcd and one kube-apiserver with their own folder, ports, keys and administrator token.</summary>
internal sealed class EnvTestControlPlane : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("envtest-");
    private readonly LoopbackCertificates _certificates = new();
    private readonly string _token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
    private readonly int _etcdPort;
    private readonly int _etcdPeerPort;
    private readonly int _apiPort;
    private ServerProcess? _etcd;
    private ServerProcess? _apiServer;

    public EnvTestControlPlane()
    {
        // Held together so that the three differ.
        using var first = Reserve();
        using var second = Reserve();
        using var third = Reserve();
        (_etcdPort, _etcdPeerPort, _apiPort) = (Port(first), Port(second), Port(third));
    }

    public string Kubeconfig =>
        $$"""
        apiVersion: v1
        kind: Config
        current-context: envtest
        clusters:
        - name: envtest
          cluster:
            server: https://127.0.0.1:{{_apiPort}}
            certificate-authority-data: {{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(_certificates.Authority))}}
        users:
        - name: admin
          user: {token: {{_token}}}
        contexts:
        - name: envtest
          context: {cluster: envtest, user: admin}

        """;

    /// <exception cref="EnvTestStartException">A process ended, or the server was not ready within a minute.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(StartLimit);
        _etcd = new ServerProcess(EnvTestBinaries.Etcd, EtcdArguments());
        _apiServer = new ServerProcess(EnvTestBinaries.ApiServer, ApiServerArguments());
        using var client = KubeconfigConnection.Parse(Kubeconfig).CreateClient();
        try
        {
            while (!await IsReadyAsync(client, deadline.Token))
            {
                if (_etcd.HasExited) throw new EnvTestStartException($"etcd ended while starting:\n{_etcd.Log}");
                if (_apiServer.HasExited) throw new EnvTestStartException($"kube-apiserver ended while starting:\n{_apiServer.Log}");
                await Task.Delay(PollInterval, deadline.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new EnvTestStartException($"kube-apiserver was not ready within {StartLimit.TotalSeconds} s:\n{_apiServer.Log}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_apiServer is not null) await _apiServer.DisposeAsync();
        if (_etcd is not null) await _etcd.DisposeAsync();
        if (_folder.Exists) _folder.Delete(recursive: true);
    }

    private static async Task<bool> IsReadyAsync(HttpClient client, CancellationToken cancellationToken)
    {
        try
        {
            using var ready = await client.GetAsync(new Uri("/readyz", UriKind.Relative), cancellationToken);
            if (!ready.IsSuccessStatusCode) return false;
            // The default namespace is written after the server calls itself ready.
            using var space = await client.GetAsync(new Uri("/api/v1/namespaces/default", UriKind.Relative), cancellationToken);
            return space.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private string[] EtcdArguments() =>
    [
        $"--data-dir={Path.Combine(_folder.FullName, "etcd")}",
        $"--listen-client-urls=http://127.0.0.1:{_etcdPort}",
        $"--advertise-client-urls=http://127.0.0.1:{_etcdPort}",
        $"--listen-peer-urls=http://127.0.0.1:{_etcdPeerPort}",
        $"--initial-advertise-peer-urls=http://127.0.0.1:{_etcdPeerPort}",
        $"--initial-cluster=default=http://127.0.0.1:{_etcdPeerPort}",
        "--unsafe-no-fsync",
    ];

    private string[] ApiServerArguments() =>
    [
        $"--etcd-servers=http://127.0.0.1:{_etcdPort}",
        "--bind-address=127.0.0.1",
        $"--secure-port={_apiPort}",
        $"--cert-dir={_folder.FullName}",
        $"--tls-cert-file={Write("server.crt", _certificates.Server)}",
        $"--tls-private-key-file={Write("server.key", _certificates.ServerKey)}",
        $"--token-auth-file={Write("tokens.csv", $"{_token},admin,admin-uid,system:masters\n")}",
        "--authorization-mode=RBAC",
        "--disable-admission-plugins=ServiceAccount",
        "--service-account-issuer=https://kubernetes.default.svc",
        $"--service-account-key-file={Write("accounts.pub", _certificates.ServiceAccountPublicKey)}",
        $"--service-account-signing-key-file={Write("accounts.key", _certificates.ServiceAccountKey)}",
        "--service-cluster-ip-range=10.0.0.0/24",
        "--endpoint-reconciler-type=none",
        "--allow-privileged=true",
    ];

    private string Write(string name, string content)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, content);
        return path;
    }

    private static TcpListener Reserve()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static int Port(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;
}
