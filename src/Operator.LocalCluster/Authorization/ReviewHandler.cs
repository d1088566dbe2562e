using System.Text.Json.Nodes;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Authorization;

/// <summary>A review that is answered by a function over its spec.</summary>
/// <param name="group">The API group of the kind.</param>
/// <param name="kind">The kind.</param>
/// <param name="plural">The resource name, or a subresource's path.</param>
/// <param name="namespaced">Whether the path carries a namespace.</param>
/// <param name="answer">Makes the status.</param>
internal sealed class ReviewHandler(
    string group, string kind, string plural, bool namespaced, Func<CreateOnlyRequest, CancellationToken, ValueTask<JsonObject>> answer)
    : ICreateOnlyHandler
{
    /// <inheritdoc/>
    public string Group => plural.StartsWith("serviceaccounts/", StringComparison.Ordinal) ? "" : group;

    /// <inheritdoc/>
    public string KindGroup => group;

    /// <inheritdoc/>
    public string Version => "v1";

    /// <inheritdoc/>
    public string Kind => kind;

    /// <inheritdoc/>
    public string Plural => plural;

    /// <inheritdoc/>
    public bool Namespaced => namespaced;

    /// <inheritdoc/>
    public async ValueTask<JsonObject> CreateAsync(CreateOnlyRequest request, CancellationToken cancellationToken)
    {
        var status = await answer(request, cancellationToken);
        return new JsonObject
        {
            ["kind"] = kind,
            ["apiVersion"] = $"{group}/v1",
            ["metadata"] = request.Body.Child("metadata")?.DeepClone() ?? new JsonObject(),
            ["spec"] = request.Body.Child("spec")?.DeepClone() ?? new JsonObject(),
            ["status"] = status,
        };
    }
}
