using System.Text.Json.Nodes;
using Operator.LocalCluster.Admission;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Api;

/// <summary>Runs the admission chain for a write and collects its warnings.</summary>
internal sealed class AdmissionSteps(ApiServices services)
{
    /// <summary>Runs the mutating half; the answer is pruned and defaulted again where it changed.</summary>
    public async ValueTask<JsonObject> MutateAsync(
        WriteContext context, string operation, JsonObject value, JsonObject? old, CancellationToken cancellationToken)
    {
        var outcome = await services.Admission.MutateAsync(Request(context, operation, value, old), cancellationToken);
        context.Warnings.AddRange(outcome.Warnings);
        var admitted = outcome.Object ?? value;
        if (!ReferenceEquals(admitted, value) && !JsonNode.DeepEquals(admitted, value)) BodyDecoder.Normalize(admitted, context.Resource);
        return admitted;
    }

    /// <summary>Runs the validating half.</summary>
    public async ValueTask ValidateAsync(
        WriteContext context, string operation, JsonObject? value, JsonObject? old, CancellationToken cancellationToken)
    {
        var outcome = await services.Admission.ValidateAsync(Request(context, operation, value, old), cancellationToken);
        context.Warnings.AddRange(outcome.Warnings);
    }

    /// <summary>Runs both halves for a deletion.</summary>
    public async ValueTask DeleteAsync(WriteContext context, JsonObject old, CancellationToken cancellationToken)
    {
        var request = Request(context, "DELETE", null, old);
        context.Warnings.AddRange((await services.Admission.MutateAsync(request, cancellationToken)).Warnings);
        context.Warnings.AddRange((await services.Admission.ValidateAsync(request, cancellationToken)).Warnings);
    }

    private static AdmissionRequest Request(WriteContext context, string operation, JsonObject? value, JsonObject? old) => new()
    {
        Resource = context.Resource,
        Operation = operation,
        Subresource = context.Subresource,
        Namespace = context.Resource.Namespaced ? context.Namespace : null,
        Name = context.Name.Length > 0 ? context.Name : value is null ? "" : ObjectMetadata.Text(value, "name"),
        Object = value,
        OldObject = old,
        Options = context.Options,
        DryRun = context.DryRun,
        User = context.User,
    };
}
