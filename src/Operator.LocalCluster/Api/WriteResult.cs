using System.Text.Json.Nodes;

namespace Operator.LocalCluster.Api;

/// <summary>What a write answers.</summary>
/// <param name="Status">200 or 201.</param>
/// <param name="Object">The object in the version of the request; the caller may change it.</param>
internal readonly record struct WriteResult(int Status, JsonObject Object);
