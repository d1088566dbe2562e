namespace Operator.Cli.Cluster;

/// <summary>Says that a server is waited for when its answer takes longer than a person waits without wondering.</summary>
/// <param name="inner">Sends.</param>
/// <param name="error">Where to say it.</param>
/// <param name="time">The clock.</param>
internal sealed class SlowAnswers(HttpMessageHandler inner, TextWriter error, TimeProvider time) : DelegatingHandler(inner)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private int _told;

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var answered = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var telling = TellAsync(request.RequestUri, answered.Token);
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        finally
        {
            await answered.CancelAsync();
            await telling;
        }
    }

    private async Task TellAsync(Uri? server, CancellationToken answered)
    {
        await Task.Delay(Patience, time, answered).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // Once a command: the second slow answer tells nothing new.
        if (answered.IsCancellationRequested || Interlocked.Exchange(ref _told, 1) != 0) return;
        await error.WriteLineAsync($"waiting for {server?.GetLeftPart(UriPartial.Authority)} ...");
    }
}
