using Operator.Provider;

namespace Operator.Catalog.Refresh;

/// <summary>Reads the provider's list of models.</summary>
/// <param name="http">The client; it should follow no redirects, so that the key goes nowhere else.</param>
/// <param name="options">Where and how.</param>
internal sealed class ModelsApi(HttpClient http, ModelsOptions options)
{
    private const int MaxPages = 20;
    private readonly ProviderLists _lists = new(http, options.BaseAddress, options.Timeout);

    /// <summary>Reads all models; null where no key is mounted.</summary>
    /// <exception cref="ProviderException">The key or the endpoint cannot be read, or the answer is not understood.</exception>
    public async Task<IReadOnlyList<ObservedModel>?> ReadAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(options.KeyFile)) return null;
        var models = new List<ObservedModel>();
        await _lists.ReadAsync(
            new ProviderList("the list of models", "the API key", options.Version, MaxPages),
            options.KeyFile,
            after => "/v1/models?limit=100&lifecycle[]=active&lifecycle[]=deprecated&lifecycle[]=retired" + (after is null ? "" : "&after_id=" + Uri.EscapeDataString(after)),
            body => ModelsPage.Read(body, models),
            cancellationToken);
        return models;
    }
}
