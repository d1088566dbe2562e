using System.Text.Json.Nodes;
using Operator.Kubernetes;
using Operator.Runtime.Caching;

namespace Operator.Runtime.Tests.Fakes;

/// <summary>A request that the fake API got.</summary>
public sealed record FakeRequest(string Verb, string Resource, ObjectKey? Key = null, JsonObject? Body = null, object? Options = null)
{
    public bool IsWrite => Verb is not ("get" or "list" or "watch");

    public PatchOptions? Patch => Options as PatchOptions;
}
