using Operator.Api;
using Operator.Cli.Local.Platform;
using Operator.Kubernetes;

namespace Operator.Cli.Local.View;

/// <summary>Shows what happens on this machine.</summary>
internal abstract class LocalView : IDisposable
{
    /// <summary>The view for an output: live on a terminal, lines elsewhere.</summary>
    public static LocalView For(TextWriter output) =>
        ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb" ? new WideView() : new NarrowView(output);

    /// <summary>Tells something that happened.</summary>
    public abstract void Tell(string what);

    /// <summary>Shows the state until it is cancelled.</summary>
    public async Task ShowAsync(LocalPlatform platform, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var deployments = await platform.Client.ListAsync<ClaudeDeployment>(cancellationToken: cancellationToken);
                var quotas = await platform.Client.ListAsync<ClaudeQuota>(cancellationToken: cancellationToken);
                Show(LocalState.Of([.. deployments.Items], [.. quotas.Items], platform));
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error) when (error is KubernetesException or HttpRequestException or IOException)
            {
                // The cluster ends, or is busy for a moment; the next look tells.
            }
            await Task.Delay(Pace, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <inheritdoc/>
    public virtual void Dispose()
    {
    }

    /// <summary>How often the state is looked at.</summary>
    protected abstract TimeSpan Pace { get; }

    /// <summary>Shows the state.</summary>
    protected abstract void Show(LocalState state);
}
