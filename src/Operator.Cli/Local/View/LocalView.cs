using Operator.Api;
using Operator.Cli.Local.Platform;
using Operator.Kubernetes;

namespace Operator.Cli.Local.View;

/// <summary>Shows what happens on this machine.</summary>
internal abstract class LocalView : IDisposable
{
    private volatile bool _isGone;

    /// <summary>The view for an output: live on a terminal, lines elsewhere.</summary>
    public static LocalView For(TextWriter output) =>
        IsLive(ReferenceEquals(output, Console.Out), Console.IsOutputRedirected, Environment.GetEnvironmentVariable("TERM")) ? new WideView() : new NarrowView(output);

    /// <summary>Whether an output can show a picture that changes.</summary>
    /// <param name="isConsole">Whether it is this process's own.</param>
    /// <param name="isRedirected">Whether that goes to a file or a pipe.</param>
    /// <param name="term">What <c>TERM</c> says; only <c>dumb</c> can do no more than lines.</param>
    internal static bool IsLive(bool isConsole, bool isRedirected, string? term) => isConsole && !isRedirected && term != "dumb";

    /// <summary>Tells something that happened.</summary>
    public abstract void Tell(string what);

    /// <summary>Shows the state until it is cancelled.</summary>
    public async Task ShowAsync(LocalPlatform platform, CancellationToken cancellationToken)
    {
        while (true)
        {
            // The last look comes after the end was asked for: what is left standing on the screen is how it ended.
            var isLast = cancellationToken.IsCancellationRequested;
            await LookAsync(platform);
            if (isLast) return;
            await Task.Delay(Pace, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task LookAsync(LocalPlatform platform)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            var deployments = await platform.Client.ListAsync<ClaudeDeployment>(cancellationToken: patience.Token);
            var quotas = await platform.Client.ListAsync<ClaudeQuota>(cancellationToken: patience.Token);
            Show(LocalState.Of([.. deployments.Items], [.. quotas.Items], platform));
        }
        catch (Exception error) when (error is KubernetesException or HttpRequestException or IOException or OperationCanceledException)
        {
            // The cluster is busy for a moment; the next look tells.
        }
    }

    /// <inheritdoc/>
    public virtual void Dispose()
    {
    }

    /// <summary>Writes. An output that is gone, such as a terminal that was closed, ends the telling and not the run, whose exit code still says how it went.</summary>
    protected void Write(Action write)
    {
        if (_isGone) return;
        try
        {
            write();
        }
        catch (IOException)
        {
            _isGone = true;
        }
    }

    /// <summary>How often the state is looked at.</summary>
    protected abstract TimeSpan Pace { get; }

    /// <summary>Shows the state.</summary>
    internal abstract void Show(LocalState state);
}
