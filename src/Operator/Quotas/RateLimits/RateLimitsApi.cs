using Operator.Provider;

namespace Operator.Quotas.RateLimits;

/// <summary>Reads the limits and model groups of an organization from the provider's administration endpoint.</summary>
/// <param name="http">The client; it should follow no redirects, so that the key goes nowhere else.</param>
/// <param name="options">Where and how.</param>
internal sealed class RateLimitsApi(HttpClient http, RateLimitsOptions options)
{
    private const int MaxPages = 50;
    private readonly ProviderLists _lists = new(http, options.BaseAddress, options.Timeout);

    /// <summary>Reads all model groups.</summary>
    /// <param name="keyFile">The file with the key; read at every call, so that a renewed key is used.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ProviderException">The key or the endpoint cannot be read, or the answer is not understood.</exception>
    public async Task<IReadOnlyList<ObservedGroup>> ReadAsync(string keyFile, CancellationToken cancellationToken)
    {
        var groups = new List<ObservedGroup>();
        await _lists.ReadAsync(
            new ProviderList("the rate-limit endpoint", "the administration key", options.Version, MaxPages, "; it needs an administration key"),
            keyFile,
            page => "/v1/organizations/rate_limits?group_type=model_group&limit=100" + (page is null ? "" : "&page=" + Uri.EscapeDataString(page)),
            body => RateLimitsPage.Read(body, groups),
            cancellationToken);
        return groups;
    }
}
