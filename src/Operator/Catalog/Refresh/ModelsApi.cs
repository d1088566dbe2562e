using System.Net.Http.Headers;
using System.Text.Json;

namespace Operator.Catalog.Refresh;

/// <summary>The list of models could not be read. The message has neither key nor body.</summary>
internal sealed class ModelsException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Reads the provider's list of models.</summary>
/// <param name="http">The client; it should follow no redirects, so that the key goes nowhere else.</param>
/// <param name="options">Where and how.</param>
internal sealed class ModelsApi(HttpClient http, ModelsOptions options)
{
    private const int MaxPages = 20;
    private const int MaxBytes = 1 << 20;
    private const string Path = "/v1/models?limit=100&lifecycle[]=active&lifecycle[]=deprecated&lifecycle[]=retired";

    /// <summary>Reads all models; null where no key is mounted.</summary>
    /// <exception cref="ModelsException">The key or the endpoint cannot be read, or the answer is not understood.</exception>
    public async Task<IReadOnlyList<ObservedModel>?> ReadAsync(CancellationToken cancellationToken)
    {
        if (await KeyAsync(cancellationToken) is not { } key) return null;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(options.Timeout);
        try
        {
            var models = new List<ObservedModel>();
            string? after = null;
            for (var pages = 0; pages < MaxPages; pages++)
            {
                after = ModelsPage.Read(await PageAsync(key, after, timeout.Token), models);
                if (after is null) return models;
            }
            throw new ModelsException($"the list of models has more than {MaxPages} pages");
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ModelsException($"the list of models did not come within {options.Timeout.TotalSeconds:0} s", e);
        }
        catch (HttpRequestException e)
        {
            throw new ModelsException($"the list of models cannot be reached: {e.HttpRequestError}", e);
        }
        catch (JsonException e)
        {
            throw new ModelsException("the list of models is not the JSON that is expected", e);
        }
    }

    private async Task<byte[]> PageAsync(string key, string? after, CancellationToken cancellationToken)
    {
        var path = Path + (after is null ? "" : "&after_id=" + Uri.EscapeDataString(after));
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(options.BaseAddress, path));
        request.Headers.TryAddWithoutValidation("x-api-key", key);
        request.Headers.TryAddWithoutValidation("anthropic-version", options.Version);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!response.IsSuccessStatusCode) throw new ModelsException($"the list of models answered {(int)response.StatusCode}");
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var bytes = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (bytes.Length + read > MaxBytes) throw new ModelsException($"a page of the list of models has more than {MaxBytes} bytes");
            bytes.Write(buffer, 0, read);
        }
        return bytes.ToArray();
    }

    private async Task<string?> KeyAsync(CancellationToken cancellationToken)
    {
        string key;
        try
        {
            key = (await File.ReadAllTextAsync(options.KeyFile, cancellationToken)).Trim();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelsException($"the API key {options.KeyFile} cannot be read", e);
        }
        // A key that is no header value would be told in the exception of the HTTP client.
        return key.Length is > 0 and <= 4096 && key.All(c => c is > ' ' and < '\x7f')
            ? key
            : throw new ModelsException($"the file {options.KeyFile} holds no key: it must be one line of printable characters");
    }
}
