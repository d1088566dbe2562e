using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Schemas;

namespace Operator.LocalCluster.BuiltIns;

/// <summary>What is wrong with a pod's spec beyond its schema.</summary>
internal static partial class PodValidation
{
    /// <summary>All errors of a spec at a path.</summary>
    public static IEnumerable<FieldError> Errors(JsonObject? spec, string path)
    {
        if (spec is null)
            yield break;
        if (spec["containers"] is not JsonArray { Count: > 0 })
            yield return new($"{path}.containers", "FieldValueRequired", "Required value");
        var names = new HashSet<string>(StringComparer.Ordinal);
        var volumes = spec.Children("volumes").Select(volume => volume.Text("name")).ToHashSet(StringComparer.Ordinal);
        foreach (var list in (string[])["containers", "initContainers"])
        {
            var index = 0;
            foreach (var container in spec.Children(list))
                foreach (var error in ContainerErrors(container, $"{path}.{list}[{index++.ToString(CultureInfo.InvariantCulture)}]", names, volumes))
                    yield return error;
        }
    }

    private static IEnumerable<FieldError> ContainerErrors(
        JsonObject container, string path, HashSet<string> names, HashSet<string?> volumes)
    {
        var name = container.Text("name") ?? "";
        if (name.Length > 0 && !Label().IsMatch(name))
        {
            yield return new($"{path}.name", "FieldValueInvalid",
                $"Invalid value: \"{name}\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must "
                + "start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
                + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')");
        }
        else if (name.Length > 0 && !names.Add(name))
        {
            yield return new($"{path}.name", "FieldValueDuplicate", $"Duplicate value: \"{name}\"");
        }
        if (container.Text("image") is null or "")
            yield return new($"{path}.image", "FieldValueRequired", "Required value");
        var mount = 0;
        foreach (var volumeMount in container.Children("volumeMounts"))
        {
            if (volumeMount.Text("name") is { Length: > 0 } volume && !volumes.Contains(volume))
            {
                yield return new($"{path}.volumeMounts[{mount.ToString(CultureInfo.InvariantCulture)}].name", "FieldValueNotFound",
                    $"Not found: \"{volume}\"");
            }
            mount++;
        }
    }

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")]
    private static partial Regex Label();
}
