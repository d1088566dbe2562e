using System.Text.Json.Nodes;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Authorization;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Admission;

/// <summary>
/// Admission in its two halves. The order is: mutate, then the schema's defaults and validation, then validate, then the commit.
/// </summary>
internal interface IAdmission
{
    /// <summary>Lets the built-in and the webhook mutators change the object.</summary>
    /// <exception cref="ApiException">Denied, or a webhook failed that must not.</exception>
    ValueTask<AdmissionOutcome> MutateAsync(AdmissionRequest request, CancellationToken cancellationToken);

    /// <summary>Lets the built-in and the webhook validators refuse the object.</summary>
    /// <exception cref="ApiException">Denied, or a webhook failed that must not.</exception>
    ValueTask<AdmissionOutcome> ValidateAsync(AdmissionRequest request, CancellationToken cancellationToken);
}

/// <summary>What is to be admitted.</summary>
internal sealed record AdmissionRequest
{
    /// <summary>The resource and version of the request.</summary>
    public required ResourceDefinition Resource { get; init; }

    /// <summary>CREATE, UPDATE, DELETE or CONNECT.</summary>
    public required string Operation { get; init; }

    /// <summary>The subresource; null for the object itself.</summary>
    public string? Subresource { get; init; }

    /// <summary>The namespace; null for cluster-scoped objects.</summary>
    public string? Namespace { get; init; }

    /// <summary>The name; empty for a create with generateName before the name is made.</summary>
    public required string Name { get; init; }

    /// <summary>The new object; null for DELETE. Admission never changes it in place.</summary>
    public JsonObject? Object { get; init; }

    /// <summary>The stored object; null for CREATE.</summary>
    public JsonObject? OldObject { get; init; }

    /// <summary>The options object of the request (CreateOptions, UpdateOptions, PatchOptions, DeleteOptions).</summary>
    public JsonObject? Options { get; init; }

    /// <summary>Whether nothing will be persisted.</summary>
    public bool DryRun { get; init; }

    /// <summary>Who asks.</summary>
    public required UserInfo User { get; init; }
}

/// <summary>What admission says about an object it did not deny.</summary>
/// <param name="Object">The object, changed or not; null for DELETE.</param>
/// <param name="Warnings">Texts for the Warning headers of the answer.</param>
internal sealed record AdmissionOutcome(JsonObject? Object, IReadOnlyList<string> Warnings);
