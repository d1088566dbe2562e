using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Controllers;

/// <summary>Reads and writes owner references.</summary>
internal static class Owners
{
    // Without vowels and look-alikes, as the server's own suffixes.
    private const string Letters = "bcdfghjklmnpqrstvwxz2456789";

    /// <summary>The reference to the object's controller, or null.</summary>
    public static JsonObject? Controller(JsonObject? value) =>
        value.Children("metadata", "ownerReferences").FirstOrDefault(reference => reference.Flag("controller") == true);

    /// <summary>Whether the object's controller is this owner.</summary>
    public static bool IsControlledBy(JsonObject value, JsonObject owner) =>
        Controller(value).Text("uid") is { } uid && uid == owner.Text("metadata", "uid");

    /// <summary>A controller reference to an owner.</summary>
    public static JsonObject Reference(JsonObject owner) => new()
    {
        ["apiVersion"] = owner.Text("apiVersion"),
        ["kind"] = owner.Text("kind"),
        ["name"] = owner.Text("metadata", "name"),
        ["uid"] = owner.Text("metadata", "uid"),
        ["controller"] = true,
        ["blockOwnerDeletion"] = true,
    };

    /// <summary>
    /// A new pod of a template, owned by a controller. Its name is made here, not by the server: so the controller knows it before the
    /// watch can show it.
    /// </summary>
    public static JsonObject PodOf(JsonObject owner, JsonObject? template, string prefix) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = new JsonObject
        {
            ["name"] = prefix + RandomNumberGenerator.GetString(Letters, 5),
            ["generateName"] = prefix,
            ["namespace"] = owner.Text("metadata", "namespace"),
            ["labels"] = template.Child("metadata", "labels")?.DeepClone(),
            ["annotations"] = template.Child("metadata", "annotations")?.DeepClone(),
            ["finalizers"] = template.At("metadata", "finalizers")?.DeepClone(),
            ["ownerReferences"] = new JsonArray(Reference(owner)),
        },
        ["spec"] = template.Child("spec")?.DeepClone() ?? new JsonObject(),
    };
}
