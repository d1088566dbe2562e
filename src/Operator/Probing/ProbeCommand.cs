namespace Operator.Probing;

/// <summary>
/// The <c>probe</c> command: asks an address once, such as an operator's health endpoint. The images hold no shell and no other
/// program that could.
/// </summary>
internal static class ProbeCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Asks the address and says what came back, without the body.</summary>
    /// <param name="arguments">The address alone.</param>
    /// <param name="transport">How it is reached.</param>
    /// <param name="output">Where the answer is told.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>0 for an answer with a 2xx status, 1 for any other and for none, 2 for wrong arguments.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, HttpMessageHandler transport, TextWriter output, CancellationToken cancellationToken)
    {
        if (arguments is not [var text] || !Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            await output.WriteLineAsync($"usage: {OperatorComposition.Name} probe http://HOST[:PORT]/PATH").ConfigureAwait(false);
            return 2;
        }
        using var client = new HttpClient(transport, disposeHandler: false) { Timeout = Patience };
        try
        {
            using var answer = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            await output.WriteLineAsync($"{address}: {(int)answer.StatusCode}").ConfigureAwait(false);
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (HttpRequestException e)
        {
            await output.WriteLineAsync($"{address}: {e.Message}").ConfigureAwait(false);
            return 1;
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await output.WriteLineAsync($"{address}: no answer within {Patience.TotalSeconds:0} seconds").ConfigureAwait(false);
            return 1;
        }
    }
}
