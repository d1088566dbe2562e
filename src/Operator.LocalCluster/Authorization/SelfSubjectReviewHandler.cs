using System.Text.Json.Nodes;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Authorization;

/// <summary>Tells the sender who they are.</summary>
internal sealed class SelfSubjectReviewHandler(TimeProvider time) : ICreateOnlyHandler
{
    /// <inheritdoc/>
    public string Group => "authentication.k8s.io";

    /// <inheritdoc/>
    public string Version => "v1";

    /// <inheritdoc/>
    public string Kind => "SelfSubjectReview";

    /// <inheritdoc/>
    public string Plural => "selfsubjectreviews";

    /// <inheritdoc/>
    public bool Namespaced => false;

    /// <inheritdoc/>
    public ValueTask<JsonObject> CreateAsync(CreateOnlyRequest request, CancellationToken cancellationToken) => new(new JsonObject
    {
        ["kind"] = Kind,
        ["apiVersion"] = $"{Group}/{Version}",
        ["metadata"] = new JsonObject { ["creationTimestamp"] = ObjectFields.Stamp(time.GetUtcNow()) },
        ["status"] = new JsonObject { ["userInfo"] = Reviews.Describe(request.User) },
    });
}
