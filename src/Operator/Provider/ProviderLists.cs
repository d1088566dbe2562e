using System.Net.Http.Headers;
using System.Text.Json;

namespace Operator.Provider;

/// <summary>A list of the provider could not be read. The message has neither key nor body.</summary>
internal sealed class ProviderException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A list that the provider serves page by page.</summary>
/// <param name="Name">What it is called in errors, such as <c>the list of models</c>.</param>
/// <param name="KeyName">What its key is called in errors, such as <c>the API key</c>.</param>
/// <param name="Version">The API version that is asked for.</param>
/// <param name="MaxPages">The most pages that are read.</param>
/// <param name="Hint">What a 401 or 403 most likely means; empty for nothing.</param>
internal sealed record ProviderList(string Name, string KeyName, string Version, int MaxPages, string Hint = "");

/// <summary>Reads lists of the provider with keys from mounted files.</summary>
/// <param name="http">The client; it should follow no redirects, so that the key goes nowhere else.</param>
/// <param name="baseAddress">The provider's base address.</param>
/// <param name="timeout">How long one reading may take, with all its pages.</param>
internal sealed class ProviderLists(HttpClient http, Uri baseAddress, TimeSpan timeout)
{
    private const int MaxBytes = 1 << 20;

    /// <summary>Reads all pages of a list.</summary>
    /// <param name="list">Which.</param>
    /// <param name="keyFile">The file with the key; read at every call, so that a renewed key is used.</param>
    /// <param name="path">Path and query of a page, given what the page before told; null for the first.</param>
    /// <param name="read">Takes a page; tells where the next one is, or null after the last.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ProviderException">The key or the list cannot be read, or the answer is not understood.</exception>
    public async Task ReadAsync(
        ProviderList list, string keyFile, Func<string?, string> path, Func<ReadOnlyMemory<byte>, string?> read, CancellationToken cancellationToken)
    {
        var key = await KeyAsync(list, keyFile, cancellationToken);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            string? page = null;
            for (var pages = 0; pages < list.MaxPages; pages++)
            {
                page = read(await PageAsync(list, key, path(page), limit.Token));
                if (page is null) return;
            }
            throw new ProviderException($"{list.Name} has more than {list.MaxPages} pages");
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ProviderException($"{list.Name} did not answer within {timeout.TotalSeconds:0} s", e);
        }
        catch (HttpRequestException e)
        {
            throw new ProviderException($"{list.Name} cannot be reached: {e.HttpRequestError}", e);
        }
        catch (JsonException e)
        {
            throw new ProviderException($"the answer of {list.Name} is not the JSON that is expected", e);
        }
    }

    private async Task<byte[]> PageAsync(ProviderList list, string key, string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(baseAddress, path));
        request.Headers.TryAddWithoutValidation("x-api-key", key);
        request.Headers.TryAddWithoutValidation("anthropic-version", list.Version);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw new ProviderException($"{list.Name} answered {(int)response.StatusCode}{((int)response.StatusCode is 401 or 403 ? list.Hint : "")}");
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var bytes = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (bytes.Length + read > MaxBytes) throw new ProviderException($"an answer of {list.Name} has more than {MaxBytes} bytes");
            bytes.Write(buffer, 0, read);
        }
        return bytes.ToArray();
    }

    private static async Task<string> KeyAsync(ProviderList list, string file, CancellationToken cancellationToken)
    {
        string key;
        try
        {
            key = (await File.ReadAllTextAsync(file, cancellationToken)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ProviderException($"{list.KeyName} {file} cannot be read; mount it from a Secret", e);
        }
        // A key that is no header value would be told in the exception of the HTTP client.
        return key.Length is > 0 and <= 4096 && key.All(c => c is > ' ' and < '\x7f')
            ? key
            : throw new ProviderException($"the file {file} holds no key: it must be one line of printable characters");
    }
}
