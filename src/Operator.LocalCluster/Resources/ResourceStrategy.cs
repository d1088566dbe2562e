using System.Text.Json.Nodes;
using Operator.LocalCluster.Schemas;

namespace Operator.LocalCluster.Resources;

/// <summary>
/// What one kind does beyond the general rules of create, update and delete. The defaults here are those of a custom resource.
/// All methods change only the object they are given.
/// </summary>
internal class ResourceStrategy
{
    /// <summary>A kind without rules of its own.</summary>
    public static ResourceStrategy Default { get; } = new();

    /// <summary>Whether a PUT without a resourceVersion is allowed; custom resources refuse it.</summary>
    public virtual bool AllowsUnconditionalUpdate => false;

    /// <summary>Whether a PUT to a missing name creates the object (leases do).</summary>
    public virtual bool AllowsCreateOnUpdate => false;

    /// <summary>Whether metadata.generation is kept for this kind (ConfigMap, Secret, Event, Lease have none).</summary>
    public virtual bool HasGeneration => true;

    /// <summary>Whether a change of annotations counts as a new generation (Deployment).</summary>
    public virtual bool CountsAnnotations => false;

    /// <summary>Why this is no name of the kind, or null; DNS subdomains by default.</summary>
    public virtual string? ValidateName(string name) => Api.NameRules.Subdomain(name);

    /// <summary>Whether a DELETE that removes at once answers the object (pods) and not a Status.</summary>
    public virtual bool ReturnsDeletedObject => false;

    /// <summary>Whether the first column of a table is Name; events lead with their age.</summary>
    public virtual bool LeadsWithName => true;

    /// <summary>
    /// Why the values do not fit the fields' types (a time with seven digits), in the words of a real server's decoder, or null.
    /// Only what its typed decoding refuses belongs here: a POST or PUT is answered with 400, a patch with 422.
    /// </summary>
    public virtual string? FindDecodingError(JsonObject value) => null;

    /// <summary>
    /// Defaults that depend on other fields (a pull policy on the image's tag). Idempotent; applied right after the schema's defaults,
    /// wherever those are: after decoding, after a patch, after every mutating webhook.
    /// </summary>
    public virtual void ApplyDefaults(JsonObject value)
    {
    }

    /// <summary>Turns an object of this group and version, validated and defaulted, into what is stored.</summary>
    public virtual void ToStorage(JsonObject value)
    {
    }

    /// <summary>Turns what is stored into an object of this group and version.</summary>
    public virtual void FromStorage(JsonObject value)
    {
    }

    /// <summary>
    /// How many seconds a deletion waits for somebody to finish it with a second delete of zero seconds; 0 removes at once.
    /// </summary>
    /// <param name="live">The stored object.</param>
    /// <param name="requested">gracePeriodSeconds of the options; null where the request names none.</param>
    public virtual long GracePeriodSeconds(JsonObject live, long? requested) => 0;

    /// <summary>Whether something beside metadata.finalizers holds a deletion: a namespace's spec.finalizers.</summary>
    public virtual bool HoldsDeletion(JsonObject live) => false;

    /// <summary>
    /// Changes an object in the same write that marks it for deletion, after deletionTimestamp, grace period and generation were set.
    /// Namespaces and CustomResourceDefinitions drop the last two and tell in their status that they are terminating.
    /// </summary>
    public virtual void PrepareForDelete(JsonObject marked, JsonObject live)
    {
    }

    /// <summary>Fills what the server sets on a new object and nobody owns, after mutating admission and before validation.</summary>
    public virtual void PrepareForCreate(JsonObject created)
    {
    }

    /// <summary>Fills or restores what an update must not change. <paramref name="subresource"/> is null for the object itself.</summary>
    public virtual void PrepareForUpdate(JsonObject updated, JsonObject live, string? subresource)
    {
    }

    /// <summary>Errors beyond the schema. <paramref name="live"/> is null on create.</summary>
    public virtual IEnumerable<FieldError> Validate(JsonObject value, JsonObject? live) => [];

    /// <summary>The cells of a table row after Name; null to compute them from the declared columns.</summary>
    public virtual IReadOnlyList<JsonNode?>? Cells(JsonObject value, DateTimeOffset now) => null;
}
