using System.Text.Json.Nodes;

namespace Operator.Conformance.Semantics;

/// <summary>A status code with the JSON that came with it (an empty object when the body is not a JSON object).</summary>
public sealed record ApiAnswer(int Status, JsonObject Body, string Text)
{
    public string Version => (string?)Body["metadata"]?["resourceVersion"] ?? "";

    public long VersionNumber => long.Parse(Version, System.Globalization.CultureInfo.InvariantCulture);

    public int Generation => (int)Body["metadata"]!["generation"]!;

    public string Uid => (string)Body["metadata"]!["uid"]!;

    /// <summary>The answer itself when it has this status; the test fails with the body when not.</summary>
    public ApiAnswer Must(int status)
    {
        Assert.True(Status == status, $"expected status {status}, got {Status}: {Text}");
        return this;
    }
}
