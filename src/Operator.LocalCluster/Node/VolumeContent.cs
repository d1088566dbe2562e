using System.Text;
using System.Text.Json.Nodes;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Authorization;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Node;

/// <summary>Finds the content of the files that volumes show to a pod.</summary>
internal sealed class VolumeContent(IInternalClient client, TokenIssuer tokens)
{
    /// <summary>The files of a volume by relative path; null for volumes that have no content of their own (emptyDir).</summary>
    /// <exception cref="PodNotReadyException">Something that the volume needs does not exist.</exception>
    public async ValueTask<IReadOnlyDictionary<string, byte[]>?> ReadAsync(JsonObject volume, JsonObject pod, CancellationToken cancellationToken)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        if (volume.Child("configMap") is { } configMap)
            await AddKeysAsync(files, WellKnown.ConfigMaps, configMap, configMap.Text("name"), pod, cancellationToken);
        else if (volume.Child("secret") is { } secret)
            await AddKeysAsync(files, WellKnown.Secrets, secret, secret.Text("secretName"), pod, cancellationToken);
        else if (volume.Child("downwardAPI") is { } downward)
            AddFields(files, downward, pod);
        else if (volume.Child("projected") is { } projected)
            foreach (var source in projected.Children("sources"))
                await AddSourceAsync(files, source, pod, cancellationToken);
        else
            return null;
        return files;
    }

    private async ValueTask AddSourceAsync(
        Dictionary<string, byte[]> files, JsonObject source, JsonObject pod, CancellationToken cancellationToken)
    {
        if (source.Child("configMap") is { } configMap)
            await AddKeysAsync(files, WellKnown.ConfigMaps, configMap, configMap.Text("name"), pod, cancellationToken);
        if (source.Child("secret") is { } secret)
            await AddKeysAsync(files, WellKnown.Secrets, secret, secret.Text("name"), pod, cancellationToken);
        if (source.Child("downwardAPI") is { } downward)
            AddFields(files, downward, pod);
        if (source.Child("serviceAccountToken") is { } token)
        {
            var lifetime = TimeSpan.FromSeconds(Math.Max(600, token.Number("expirationSeconds") ?? 3600));
            var audience = token.Text("audience") is { Length: > 0 } named ? (string[])[named] : [];
            files[Safe(token.Text("path") ?? "token")] = Encoding.UTF8.GetBytes(await IssueAsync(pod, audience, lifetime, cancellationToken));
        }
    }

    /// <summary>A token of the pod's service account, bound to the pod.</summary>
    /// <exception cref="PodNotReadyException">The account does not exist.</exception>
    public async ValueTask<string> IssueAsync(
        JsonObject pod, IReadOnlyList<string> audiences, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        var ns = pod.Text("metadata", "namespace")!;
        var name = pod.Text("spec", "serviceAccountName") is { Length: > 0 } given ? given : "default";
        var account = await client.GetAsync(WellKnown.ServiceAccounts, ns, name, cancellationToken)
            ?? throw new PodNotReadyException("ContainerCreating", $"serviceaccount \"{name}\" not found: create it in the namespace {ns}");
        return tokens.Issue(account, audiences, lifetime, pod).Token;
    }

    private async ValueTask AddKeysAsync(
        Dictionary<string, byte[]> files, GroupResource resource, JsonObject reference, string? name, JsonObject pod,
        CancellationToken cancellationToken)
    {
        var optional = reference.Flag("optional") == true;
        var kind = resource.Plural.TrimEnd('s');
        if (await client.GetAsync(resource, pod.Text("metadata", "namespace"), name ?? "", cancellationToken) is not { } source)
        {
            if (optional)
                return;
            throw new PodNotReadyException("ContainerCreating", $"{kind} \"{name}\" not found");
        }
        var data = Data(source, resource == WellKnown.Secrets);
        var items = reference.Children("items").ToList();
        if (items.Count == 0)
        {
            foreach (var (key, content) in data)
                files[key] = content;
            return;
        }
        foreach (var item in items)
        {
            var key = item.Text("key") ?? "";
            if (data.TryGetValue(key, out var content))
                files[Safe(item.Text("path") ?? key)] = content;
            else if (!optional)
                throw new PodNotReadyException("ContainerCreating", $"{kind} \"{name}\" has no key {key}");
        }
    }

    /// <summary>The values of a ConfigMap or Secret.</summary>
    public static Dictionary<string, byte[]> Data(JsonObject source, bool secret)
    {
        var data = source.TextMap("data").ToDictionary(
            pair => pair.Key, pair => secret ? Convert.FromBase64String(pair.Value) : Encoding.UTF8.GetBytes(pair.Value), StringComparer.Ordinal);
        foreach (var (key, value) in source.TextMap("binaryData"))
            data[key] = Convert.FromBase64String(value);
        return data;
    }

    private static void AddFields(Dictionary<string, byte[]> files, JsonObject downward, JsonObject pod)
    {
        foreach (var item in downward.Children("items"))
        {
            var value = item.Text("fieldRef", "fieldPath") is { } path
                ? PodFields.Read(pod, path)
                : PodFields.ReadResource(pod, item.Child("resourceFieldRef"), null);
            files[Safe(item.Text("path") ?? "")] = Encoding.UTF8.GetBytes(value);
        }
    }

    private static string Safe(string path) =>
        path.Length == 0 || path.StartsWith('/') || path.Split('/').Contains("..")
            ? throw new PodNotReadyException("ContainerCreating", $"the volume path \"{path}\" must be relative and must not contain '..'")
            : path;
}
