namespace Operator.Quotas.RateLimits;

/// <summary>How organizations' limits are read.</summary>
internal sealed record RateLimitsOptions
{
    /// <summary>
    /// The folder with the administration keys, mounted from Secrets: a file <c>namespace.name</c> for the organization of that quota,
    /// or <c>admin-key</c> for all others. The key of <c>credentialsRef</c> cannot read limits and is never seen by the operator.
    /// </summary>
    public string KeyFolder { get; init; } = "/var/run/secrets/claudeops.dev/keys";

    /// <summary>The API's base address.</summary>
    public Uri BaseAddress { get; init; } = new("https://api.anthropic.com");

    /// <summary>The API version that is asked for; both forms of the answer are understood.</summary>
    public string Version { get; init; } = "2026-10-21";

    /// <summary>How often each organization's limits are read.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long one reading may take, with all its pages.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);
}
