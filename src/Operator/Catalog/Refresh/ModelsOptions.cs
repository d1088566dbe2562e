namespace Operator.Catalog.Refresh;

/// <summary>How the provider's list of models is read.</summary>
internal sealed record ModelsOptions
{
    /// <summary>A file with an API key, mounted from a Secret; without it the list is not read.</summary>
    public string KeyFile { get; init; } = "/var/run/secrets/claudeops.dev/keys/api-key";

    /// <summary>The API's base address.</summary>
    public Uri BaseAddress { get; init; } = new("https://api.anthropic.com");

    /// <summary>The API version that is asked for.</summary>
    public string Version { get; init; } = "2023-06-01";

    /// <summary>How often the list is read.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long one reading may take, with all its pages.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);
}
