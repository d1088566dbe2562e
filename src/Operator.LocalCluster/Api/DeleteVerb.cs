using System.Text.Json.Nodes;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Storage;

namespace Operator.LocalCluster.Api;

/// <summary>Deletes objects, or marks them for deletion where something holds them.</summary>
internal sealed class DeleteVerb(ApiServices services)
{
    private const int Attempts = 10;
    private readonly AdmissionSteps _admission = new(services);

    /// <summary>What became of an object.</summary>
    /// <param name="Object">Its last or marked state.</param>
    /// <param name="Removed">Whether it is gone.</param>
    public readonly record struct Outcome(JsonObject Object, bool Removed);

    /// <summary>Deletes one object.</summary>
    /// <exception cref="ApiException">404; 409 where a precondition does not hold; what admission says.</exception>
    public async ValueTask<Outcome> DeleteAsync(WriteContext context, DeleteOptions options, CancellationToken cancellationToken)
    {
        var resource = context.Resource;
        for (var attempt = 1; ; attempt++)
        {
            var stored = services.Store.Get(resource.StorageKey, context.Namespace, context.Name)
                ?? throw ApiErrors.NotFound(resource, context.Name);
            var live = ObjectVersions.Parse(stored, resource);
            CheckPreconditions(context, options, live);
            await _admission.DeleteAsync(context, (JsonObject)live.DeepClone(), cancellationToken);

            var wanted = (JsonObject)live.DeepClone();
            ObjectMetadata.SetFinalizers(wanted, options.Finalizers(ObjectMetadata.Finalizers(live)));
            var grace = resource.Strategy.GracePeriodSeconds(live, options.GracePeriodSeconds);
            if (ObjectMetadata.Finalizers(wanted).Count == 0 && grace == 0 && !resource.Strategy.HoldsDeletion(wanted))
            {
                if (context.DryRun) return new(live, true);
                if (services.Store.Delete(resource.StorageKey, stored) is { } last)
                    return new(ObjectVersions.Parse(last, resource), true);
            }
            else
            {
                Mark(wanted, live, grace, resource);
                if (context.DryRun || JsonNode.DeepEquals(wanted, live)) return new(wanted, false);
                if (services.Store.Update(
                    resource.StorageKey, stored, CreateVerb.ToStorage(wanted, context), resource.IsCustom) is { } marked)
                    return new(ObjectVersions.Parse(marked, resource), false);
            }
            if (attempt == Attempts) throw ApiErrors.Modified(resource, context.Name);
        }
    }

    private void Mark(JsonObject wanted, JsonObject live, long grace, ResourceDefinition resource)
    {
        var metadata = ObjectMetadata.Of(wanted);
        if (ObjectMetadata.IsDeleting(live))
        {
            // A second deletion may only shorten the wait.
            var present = ObjectMetadata.Number(metadata["deletionGracePeriodSeconds"]) ?? 0;
            if (grace >= present) return;
            metadata["deletionGracePeriodSeconds"] = grace;
            metadata["deletionTimestamp"] = ObjectMetadata.Time(services.Time.GetUtcNow().AddSeconds(grace));
            return;
        }
        metadata["deletionTimestamp"] = ObjectMetadata.Time(services.Time.GetUtcNow().AddSeconds(grace));
        metadata["deletionGracePeriodSeconds"] = grace;
        if (ObjectMetadata.Generation(live) is > 0 and var generation) metadata["generation"] = generation + 1;
        resource.Strategy.PrepareForDelete(wanted, live);
    }

    private static void CheckPreconditions(WriteContext context, DeleteOptions options, JsonObject live)
    {
        var uid = ObjectMetadata.Text(live, "uid");
        if (options.Uid.Length > 0 && options.Uid != uid)
        {
            throw ApiErrors.Precondition(
                context.Resource, context.Name, $"the UID in the precondition ({options.Uid}) does not match the UID in record ({uid}). "
                + "The object might have been deleted and then recreated");
        }
        var version = ObjectMetadata.Text(live, "resourceVersion");
        if (options.ResourceVersion.Length > 0 && options.ResourceVersion != version)
        {
            throw ApiErrors.Precondition(
                context.Resource, context.Name, $"the ResourceVersion in the precondition ({options.ResourceVersion}) does not match the "
                + $"ResourceVersion in record ({version}). The object might have been modified");
        }
    }
}
