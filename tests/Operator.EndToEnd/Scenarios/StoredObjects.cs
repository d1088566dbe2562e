using System.Text.Json.Nodes;
using Operator.EndToEnd.Harness;

namespace Operator.EndToEnd.Scenarios;

/// <summary>Objects that no present definition lets in: another version of it did.</summary>
internal static class StoredObjects
{
    private const string Definition = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/claudedeployments.claudeops.dev";

    /// <summary>The path of the scenarios' deployment.</summary>
    public const string Path = $"/apis/claudeops.dev/v1alpha1/namespaces/{Manifests.Space}/claudedeployments/triage";

    /// <summary>Lets the definition of deployments accept anything.</summary>
    public static async Task AcceptAnythingAsync(Stage stage)
    {
        var lax = (await stage.User.GetAsync(Definition)).Must();
        foreach (var version in lax["spec"]!["versions"]!.AsArray())
            version!["schema"] = JsonNode.Parse("""{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}""");
        lax["metadata"]!.AsObject().Remove("managedFields");
        (await stage.User.SendAsync(HttpMethod.Put, Definition, lax.ToJsonString(), "application/json")).Must();
    }

    /// <summary>Changes the deployment, or its status, to what was accepted once; a real server takes a moment to forget its definition.</summary>
    public static async Task MergeAsync(Stage stage, JsonObject patch, string subresource = "")
    {
        var deadline = DateTime.UtcNow.AddSeconds(30);
        ApiAnswer answer;
        do
        {
            answer = await stage.User.MergeAsync(Path + subresource, patch.ToJsonString());
            if (!answer.IsSuccess) await Task.Delay(50);
        }
        while (!answer.IsSuccess && (int)answer.Status == 422 && DateTime.UtcNow < deadline);
        answer.Must();
    }
}
