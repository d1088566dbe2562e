using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Node;

/// <summary>Resolves the environment of a container.</summary>
internal sealed partial class ContainerEnvironment(IInternalClient client, Uri apiAddress)
{
    /// <summary>All variables, those of the cluster included.</summary>
    /// <exception cref="PodNotReadyException">A variable's source does not exist.</exception>
    public async ValueTask<Dictionary<string, string>> ResolveAsync(JsonObject container, JsonObject pod, CancellationToken cancellationToken)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["KUBERNETES_SERVICE_HOST"] = apiAddress.Host,
            ["KUBERNETES_SERVICE_PORT"] = apiAddress.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["HOSTNAME"] = pod.Text("spec", "hostname") is { Length: > 0 } hostname ? hostname : pod.Text("metadata", "name") ?? "",
        };
        foreach (var source in container.Children("envFrom"))
            await AddAllAsync(variables, source, pod, cancellationToken);
        foreach (var variable in container.Children("env"))
        {
            var name = variable.Text("name") ?? "";
            if (variable.Child("valueFrom") is not { } source)
                variables[name] = Expand(variable.Text("value") ?? "", variables);
            else if (await ReadAsync(source, pod, container, cancellationToken) is { } value)
                variables[name] = value;
        }
        return variables;
    }

    /// <summary>Replaces <c>$(NAME)</c> by the variable's value; <c>$$(NAME)</c> stays as <c>$(NAME)</c>, unknown names stay as they are.</summary>
    public static string Expand(string text, IReadOnlyDictionary<string, string> variables) => Reference().Replace(text, match =>
        match.Value.StartsWith("$$", StringComparison.Ordinal)
            ? match.Value[1..]
            : variables.TryGetValue(match.Groups["name"].Value, out var value) ? value : match.Value);

    private async ValueTask AddAllAsync(
        Dictionary<string, string> variables, JsonObject source, JsonObject pod, CancellationToken cancellationToken)
    {
        var prefix = source.Text("prefix") ?? "";
        foreach (var (field, resource) in ((string, GroupResource)[])[("configMapRef", WellKnown.ConfigMaps), ("secretRef", WellKnown.Secrets)])
        {
            if (source.Child(field) is not { } reference)
                continue;
            if (await DataAsync(resource, reference, pod, cancellationToken) is { } data)
                foreach (var (key, value) in data)
                    variables[prefix + key] = Encoding.UTF8.GetString(value);
        }
    }

    private async ValueTask<string?> ReadAsync(JsonObject source, JsonObject pod, JsonObject container, CancellationToken cancellationToken)
    {
        if (source.Text("fieldRef", "fieldPath") is { } path)
            return PodFields.Read(pod, path);
        if (source.Child("resourceFieldRef") is { } resource)
            return PodFields.ReadResource(pod, resource, container);
        var (reference, from) = source.Child("configMapKeyRef") is { } configMap
            ? (configMap, WellKnown.ConfigMaps)
            : (source.Child("secretKeyRef") ?? [], WellKnown.Secrets);
        if (await DataAsync(from, reference, pod, cancellationToken) is not { } data)
            return null;
        var key = reference.Text("key") ?? "";
        if (data.TryGetValue(key, out var value))
            return Encoding.UTF8.GetString(value);
        if (reference.Flag("optional") == true)
            return null;
        var kind = from == WellKnown.Secrets ? "Secret" : "ConfigMap";
        throw new PodNotReadyException("CreateContainerConfigError",
            $"couldn't find key {key} in {kind} {pod.Text("metadata", "namespace")}/{reference.Text("name")}");
    }

    private async ValueTask<Dictionary<string, byte[]>?> DataAsync(
        GroupResource resource, JsonObject reference, JsonObject pod, CancellationToken cancellationToken)
    {
        var source = await client.GetAsync(resource, pod.Text("metadata", "namespace"), reference.Text("name") ?? "", cancellationToken);
        if (source is not null)
            return VolumeContent.Data(source, resource == WellKnown.Secrets);
        return reference.Flag("optional") == true
            ? null
            : throw new PodNotReadyException("CreateContainerConfigError", $"{resource.Plural.TrimEnd('s')} \"{reference.Text("name")}\" not found");
    }

    [GeneratedRegex(@"\$?\$\((?<name>[^)]+)\)")]
    private static partial Regex Reference();
}
