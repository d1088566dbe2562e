using System.Text.Json.Nodes;
using Operator.LocalCluster.BuiltIns;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Admission;

/// <summary>The Pod Security Standards: what a pod violates at a level.</summary>
internal static class PodSecurity
{
    /// <summary>The label by which a namespace enforces a level.</summary>
    public const string EnforceLabel = "pod-security.kubernetes.io/enforce";

    private static readonly HashSet<string> SafeCapabilities = new(StringComparer.Ordinal)
    {
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP",
        "SETUID", "SYS_CHROOT",
    };

    private static readonly HashSet<string> RestrictedVolumes = new(StringComparer.Ordinal)
    {
        "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret", "image",
    };

    /// <summary>All violations of a pod's spec at a level (<c>baseline</c> or <c>restricted</c>), in the words of the real server.</summary>
    public static IReadOnlyList<string> Violations(JsonObject? spec, string level)
    {
        if (level is not ("baseline" or "restricted"))
            return [];
        var containers = PodDefaults.Containers(spec).ToList();
        var restricted = level == "restricted";
        return
        [
            .. Baseline(spec, containers, restricted),
            .. restricted ? Restricted(spec, containers) : [],
        ];
    }

    private static IEnumerable<string> Baseline(JsonObject? spec, List<JsonObject> containers, bool restricted)
    {
        var namespaces = ((string[])["hostNetwork", "hostPID", "hostIPC"]).Where(name => spec.Flag(name) == true).Select(name => $"{name}=true").ToList();
        if (namespaces.Count > 0)
            yield return $"host namespaces ({string.Join(", ", namespaces)})";
        var privileged = containers.Where(c => c.Flag("securityContext", "privileged") == true).ToList();
        if (privileged.Count > 0)
            yield return $"privileged ({Named(privileged)} must not set securityContext.privileged=true)";
        var hostPaths = spec.Children("volumes").Where(volume => volume.ContainsKey("hostPath")).Select(volume => $"\"{volume.Text("name")}\"").ToList();
        if (hostPaths.Count > 0 && !restricted)
            yield return $"hostPath volumes (volume{Plural(hostPaths)} {string.Join(", ", hostPaths)})";
        var hostPorts = containers.Where(c => c.Children("ports").Any(port => port.Number("hostPort") is > 0)).ToList();
        if (hostPorts.Count > 0)
        {
            var ports = hostPorts.SelectMany(c => c.Children("ports")).Select(port => port.Number("hostPort")).Where(port => port is > 0).Distinct().ToList();
            yield return $"hostPort ({Named(hostPorts)} use{(hostPorts.Count == 1 ? "s" : "")} hostPort{(ports.Count == 1 ? "" : "s")} {string.Join(", ", ports)})";
        }
        var unsafeAdds = containers.Where(c => c.Texts("securityContext", "capabilities", "add").Any(name => !SafeCapabilities.Contains(name))).ToList();
        if (unsafeAdds.Count > 0 && !restricted)
        {
            var names = unsafeAdds.SelectMany(c => c.Texts("securityContext", "capabilities", "add")).Where(name => !SafeCapabilities.Contains(name)).Distinct();
            yield return $"non-default capabilities ({Named(unsafeAdds)} must not include {Quote(names)} in securityContext.capabilities.add)";
        }
    }

    private static IEnumerable<string> Restricted(JsonObject? spec, List<JsonObject> containers)
    {
        var escalating = containers.Where(c => c.Flag("securityContext", "allowPrivilegeEscalation") != false).ToList();
        if (escalating.Count > 0)
            yield return $"allowPrivilegeEscalation != false ({Named(escalating)} must set securityContext.allowPrivilegeEscalation=false)";
        var missing = containers.Where(c => !c.Texts("securityContext", "capabilities", "drop").Contains("ALL")).ToList();
        var adding = containers.Where(c => c.Texts("securityContext", "capabilities", "add").Any(name => name != "NET_BIND_SERVICE")).ToList();
        var capabilities = new List<string>();
        if (missing.Count > 0)
            capabilities.Add($"{Named(missing)} must set securityContext.capabilities.drop=[\"ALL\"]");
        if (adding.Count > 0)
        {
            var names = adding.SelectMany(c => c.Texts("securityContext", "capabilities", "add")).Where(name => name != "NET_BIND_SERVICE").Distinct();
            capabilities.Add($"{Named(adding)} must not include {Quote(names)} in securityContext.capabilities.add");
        }
        if (capabilities.Count > 0)
            yield return $"unrestricted capabilities ({string.Join("; ", capabilities)})";
        var volumes = spec.Children("volumes").Select(volume => (volume, type: volume.Select(field => field.Key).FirstOrDefault(key => key != "name")))
            .Where(pair => pair.type is not null && !RestrictedVolumes.Contains(pair.type)).ToList();
        if (volumes.Count > 0)
        {
            var names = volumes.Select(pair => $"\"{pair.volume.Text("name")}\"").ToList();
            var types = volumes.Select(pair => pair.type!).Distinct();
            yield return $"restricted volume types (volume{Plural(names)} {string.Join(", ", names)} use{(names.Count == 1 ? "s" : "")} restricted volume "
                + $"type{(types.Count() == 1 ? "" : "s")} {Quote(types)})";
        }
        foreach (var violation in RunAs(spec, containers))
            yield return violation;
        if (Seccomp(spec, containers) is { } seccomp)
            yield return seccomp;
    }

    private static IEnumerable<string> RunAs(JsonObject? spec, List<JsonObject> containers)
    {
        var podNonRoot = spec.Flag("securityContext", "runAsNonRoot");
        var explicitRoot = containers.Where(c => c.Flag("securityContext", "runAsNonRoot") == false).ToList();
        var unset = containers.Where(c => c.Flag("securityContext", "runAsNonRoot") is null).ToList();
        if (podNonRoot == false || explicitRoot.Count > 0)
        {
            var bad = new List<string>();
            if (podNonRoot == false)
                bad.Add("pod must not set securityContext.runAsNonRoot=false");
            if (explicitRoot.Count > 0)
                bad.Add($"{Named(explicitRoot)} must not set securityContext.runAsNonRoot=false");
            yield return $"runAsNonRoot != true ({string.Join("; ", bad)})";
        }
        else if (podNonRoot is null && unset.Count > 0)
        {
            yield return $"runAsNonRoot != true (pod or {Named(unset)} must set securityContext.runAsNonRoot=true)";
        }
        var root = containers.Where(c => c.Number("securityContext", "runAsUser") == 0).ToList();
        if (spec.Number("securityContext", "runAsUser") == 0 || root.Count > 0)
        {
            var bad = new List<string>();
            if (spec.Number("securityContext", "runAsUser") == 0)
                bad.Add("pod must not set runAsUser=0");
            if (root.Count > 0)
                bad.Add($"{Named(root)} must not set runAsUser=0");
            yield return $"runAsUser=0 ({string.Join("; ", bad)})";
        }
    }

    private static string? Seccomp(JsonObject? spec, List<JsonObject> containers)
    {
        static bool Allowed(string? type) => type is "RuntimeDefault" or "Localhost";
        var podType = spec.Text("securityContext", "seccompProfile", "type");
        var wrong = containers.Where(c => c.Text("securityContext", "seccompProfile", "type") is { } type && !Allowed(type)).ToList();
        var unset = containers.Where(c => c.Text("securityContext", "seccompProfile", "type") is null).ToList();
        var bad = new List<string>();
        if (podType is not null && !Allowed(podType))
            bad.Add($"pod must not set securityContext.seccompProfile.type to \"{podType}\"");
        if (wrong.Count > 0)
            bad.Add($"{Named(wrong)} must not set securityContext.seccompProfile.type to {Quote(wrong.Select(c => c.Text("securityContext", "seccompProfile", "type")!).Distinct())}");
        if (bad.Count > 0)
            return $"seccompProfile ({string.Join("; ", bad)})";
        return podType is null && unset.Count > 0
            ? $"seccompProfile (pod or {Named(unset)} must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\")"
            : null;
    }

    private static string Named(List<JsonObject> containers)
    {
        var names = containers.Select(container => $"\"{container.Text("name")}\"").ToList();
        return $"container{Plural(names)} {string.Join(", ", names)}";
    }

    private static string Plural(List<string> names) => names.Count == 1 ? "" : "s";

    private static string Quote(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"\"{name}\""));
}
