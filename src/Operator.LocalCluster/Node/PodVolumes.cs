using System.Text;
using System.Text.Json.Nodes;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Node;

/// <summary>The files of one pod on this machine.</summary>
/// <param name="directory">The pod's directory.</param>
/// <param name="content">Finds what the files hold.</param>
/// <param name="client">Reads the service account.</param>
/// <param name="caCertificate">The cluster's authority in PEM.</param>
internal sealed class PodVolumes(string directory, VolumeContent content, IInternalClient client, string caCertificate) : IAsyncDisposable
{
    /// <summary>Where the token of the pod's service account is mounted unless the pod or the account does not want it.</summary>
    public const string AccountMount = "/var/run/secrets/kubernetes.io/serviceaccount";

    private const string AccountVolume = "kube-api-access";
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim _writing = new(1, 1);
    private bool _prepared;

    /// <summary>Makes all volumes.</summary>
    /// <exception cref="PodNotReadyException">Something that a volume needs does not exist.</exception>
    public async ValueTask PrepareAsync(JsonObject pod, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await WriteAsync(pod, cancellationToken);
            _prepared = true;
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Brings the volumes up to date, once they are made.</summary>
    /// <exception cref="PodNotReadyException">Something that a volume needs does not exist any more.</exception>
    public async ValueTask RefreshAsync(JsonObject pod, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            if (_prepared)
                await WriteAsync(pod, cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    private async ValueTask WriteAsync(JsonObject pod, CancellationToken cancellationToken)
    {
        foreach (var volume in pod.Children("spec", "volumes"))
        {
            var path = PathOf(volume.Text("name") ?? "");
            if (await content.ReadAsync(volume, pod, cancellationToken) is { } files)
                new AtomicDirectory(path).Write(files);
            else if (volume.Text("hostPath", "path") is null)
                Directory.CreateDirectory(path);
        }
        if (await WantsAccountAsync(pod, cancellationToken))
        {
            new AtomicDirectory(PathOf(AccountVolume)).Write(new Dictionary<string, byte[]>
            {
                ["ca.crt"] = Encoding.UTF8.GetBytes(caCertificate),
                ["namespace"] = Encoding.UTF8.GetBytes(pod.Text("metadata", "namespace")!),
                ["token"] = Encoding.UTF8.GetBytes(await content.IssueAsync(pod, [], TokenLifetime, cancellationToken)),
            });
        }
    }

    /// <summary>When the shortest-lived token of the pod must be renewed: after four fifths of its life.</summary>
    public static TimeSpan TokenRenewal(JsonObject pod)
    {
        var lifetimes = pod.Children("spec", "volumes").SelectMany(volume => volume.Children("projected", "sources"))
            .Select(source => source.Child("serviceAccountToken")).OfType<JsonObject>()
            .Select(token => TimeSpan.FromSeconds(Math.Max(600, token.Number("expirationSeconds") ?? 3600)));
        return lifetimes.Append(TokenLifetime).Min() * 0.8;
    }

    /// <summary>Whether a ConfigMap or Secret is shown by a volume of the pod.</summary>
    public static bool Uses(JsonObject pod, GroupResource resource, string name)
    {
        var (field, plain) = resource == WellKnown.Secrets ? ("secret", "secretName") : ("configMap", "name");
        return pod.Children("spec", "volumes").Any(volume => volume.Text(field, plain) == name
            || volume.Children("projected", "sources").Any(source => source.Text(field, "name") == name));
    }

    /// <summary>The mounts of a container: the place on this machine by the path inside of the container.</summary>
    public Dictionary<string, string> Mounts(JsonObject container, JsonObject pod, IReadOnlyDictionary<string, string> variables)
    {
        var mounts = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Directory.Exists(PathOf(AccountVolume)))
            mounts[AccountMount] = PathOf(AccountVolume);
        foreach (var mount in container.Children("volumeMounts"))
        {
            var name = mount.Text("name") ?? "";
            var host = pod.Children("spec", "volumes").FirstOrDefault(volume => volume.Text("name") == name).Text("hostPath", "path");
            var part = mount.Text("subPath") ?? (mount.Text("subPathExpr") is { } expression ? ContainerEnvironment.Expand(expression, variables) : "");
            mounts[mount.Text("mountPath") ?? "/"] = part.Length == 0 ? host ?? PathOf(name) : Path.Combine(host ?? PathOf(name), part);
        }
        return mounts;
    }

    /// <summary>The directory that stands for a container's root.</summary>
    public string Root(string container)
    {
        var path = Path.Combine(directory, "roots", container);
        Directory.CreateDirectory(path);
        return path;
    }

    /// <summary>Deletes all files of the pod. A refresh that comes later finds nothing to do.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writing.WaitAsync();
        try
        {
            _prepared = false;
            if (Directory.Exists(directory))
                Directory.Delete(directory, recursive: true);
        }
        finally
        {
            _writing.Release();
        }
    }

    private async ValueTask<bool> WantsAccountAsync(JsonObject pod, CancellationToken cancellationToken)
    {
        if (pod.Flag("spec", "automountServiceAccountToken") is { } wanted && !wanted)
            return false;
        var name = pod.Text("spec", "serviceAccountName") is { Length: > 0 } given ? given : "default";
        var account = await client.GetAsync(WellKnown.ServiceAccounts, pod.Text("metadata", "namespace"), name, cancellationToken);
        // A cluster without controllers has no default accounts, and pods that need none shall run in it.
        if (account is null)
            return name != "default";
        return pod.Flag("spec", "automountServiceAccountToken") == true || account.Flag("automountServiceAccountToken") != false;
    }

    private string PathOf(string volume) => Path.Combine(directory, "volumes", volume);
}
