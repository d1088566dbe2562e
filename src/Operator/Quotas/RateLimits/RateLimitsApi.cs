using System.Net.Http.Headers;
using System.Text.Json;

namespace Operator.Quotas.RateLimits;

/// <summary>Reads the limits and model groups of an organization from the provider's administration endpoint.</summary>
/// <param name="http">The client; it should follow no redirects, so that the key goes nowhere else.</param>
/// <param name="options">Where and how.</param>
internal sealed class RateLimitsApi(HttpClient http, RateLimitsOptions options)
{
    private const int MaxPages = 50;
    private const int MaxBytes = 1 << 20;

    /// <summary>Reads all model groups.</summary>
    /// <param name="keyFile">The file with the key; read at every call, so that a renewed key is used.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="RateLimitsException">The key or the endpoint cannot be read, or the answer is not understood.</exception>
    public async Task<IReadOnlyList<ObservedGroup>> ReadAsync(string keyFile, CancellationToken cancellationToken)
    {
        var key = await KeyAsync(keyFile, cancellationToken);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(options.Timeout);
        try
        {
            var groups = new List<ObservedGroup>();
            string? page = null;
            for (var pages = 0; pages < MaxPages; pages++)
            {
                page = RateLimitsPage.Read(await PageAsync(key, page, timeout.Token), groups);
                if (page is null) return groups;
            }
            throw new RateLimitsException($"the rate-limit endpoint has more than {MaxPages} pages");
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RateLimitsException($"the rate-limit endpoint did not answer within {options.Timeout.TotalSeconds:0} s", e);
        }
        catch (HttpRequestException e)
        {
            throw new RateLimitsException($"the rate-limit endpoint cannot be reached: {e.HttpRequestError}", e);
        }
        catch (JsonException e)
        {
            throw new RateLimitsException("the rate-limit endpoint's answer is not the JSON that is expected", e);
        }
    }

    private async Task<byte[]> PageAsync(string key, string? page, CancellationToken cancellationToken)
    {
        var query = "?group_type=model_group&limit=100" + (page is null ? "" : "&page=" + Uri.EscapeDataString(page));
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(options.BaseAddress, "/v1/organizations/rate_limits" + query));
        request.Headers.TryAddWithoutValidation("x-api-key", key);
        request.Headers.TryAddWithoutValidation("anthropic-version", options.Version);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            var hint = (int)response.StatusCode is 401 or 403 ? "; it needs an administration key" : "";
            throw new RateLimitsException($"the rate-limit endpoint answered {(int)response.StatusCode}{hint}");
        }
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var bytes = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (bytes.Length + read > MaxBytes) throw new RateLimitsException($"the rate-limit endpoint's answer has more than {MaxBytes} bytes");
            bytes.Write(buffer, 0, read);
        }
        return bytes.ToArray();
    }

    private static async Task<string> KeyAsync(string file, CancellationToken cancellationToken)
    {
        string key;
        try
        {
            key = (await File.ReadAllTextAsync(file, cancellationToken)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RateLimitsException($"the administration key {file} cannot be read; mount it from a Secret", e);
        }
        // A key that is no header value would be told in the exception of the HTTP client.
        return key.Length is > 0 and <= 4096 && key.All(c => c is > ' ' and < '\x7f')
            ? key
            : throw new RateLimitsException($"the file {file} holds no key: it must be one line of printable characters");
    }
}
