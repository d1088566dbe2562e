using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using Operator.Api;
using Operator.Cli.Local.Platform;
using Operator.Cli.Local.Stories;
using Operator.Cli.Local.View;

namespace Operator.Cli.Local;

/// <summary>What the command line asks for.</summary>
internal sealed record LocalRequest(string? Scenario, bool Json, Uri? Upstream, FileInfo? KeyFile, int Port, int Seed);

/// <summary>Runs everything until a story ends or Ctrl-C.</summary>
internal static class LocalRun
{
    private const int WrongArguments = 2;

    /// <summary>What names the temporary folder.</summary>
    private static string Variable => OperatingSystem.IsWindows() ? "TMP" : "TMPDIR";

    /// <summary>Runs.</summary>
    /// <returns>0 when it ended as it must, 1 when it did not, 2 for wrong arguments.</returns>
    public static async Task<int> RunAsync(LocalRequest request, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        if (await OptionsAsync(request, error, cancellationToken) is not { } options) return WrongArguments;
        using var view = request.Json ? new NarrowView(TextWriter.Null) : LocalView.For(output);
        using var stopping = cancellationToken.Register(() => view.Tell("stopping"));
        try
        {
            view.Tell("starting a cluster" + (options.Upstream is null ? " and a mock of the Claude API" : ""));
            await using var platform = await LocalPlatform.StartAsync(options, cancellationToken);
            view.Tell($"kubectl in another terminal: export KUBECONFIG={platform.Kubeconfig}");
            if (!IsOnPath("kubectl", Environment.GetEnvironmentVariable("PATH")))
                view.Tell("there is no kubectl on PATH, and nothing here needs it: kubectl-claude get, status and the others read the same file");
            await platform.InstallAsync(options.Key, view.Tell, cancellationToken);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var showing = view.ShowAsync(platform, end.Token);
            var code = await PlayAsync(request, platform, view, output, cancellationToken);
            await end.CancelAsync();
            await showing;
            return code;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            view.Tell("stopped; nothing is left behind");
            return request.Scenario is null ? 0 : 1;
        }
        catch (Exception problem) when (request.Port != 0 && problem is SocketException or IOException { InnerException: AddressInUseException })
        {
            await error.WriteLineAsync($"port {request.Port} cannot be used: {problem.Message.TrimEnd('.')}; choose another --port, or none for any free one");
            return WrongArguments;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync($"files cannot be kept below {Path.GetTempPath()}: {problem.Message.TrimEnd('.')}; name a folder with room that you may write to with {Variable}");
            return WrongArguments;
        }
        catch (TimeoutException late)
        {
            await error.WriteLineAsync($"{late.Message}; try again on a quieter machine, or look at the pods with kubectl while it waits");
            return 1;
        }
    }

    /// <summary>Whether a shell would find a program.</summary>
    internal static bool IsOnPath(string program, string? path) =>
        (path ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Any(folder => File.Exists(Path.Combine(folder, program)) || (OperatingSystem.IsWindows() && File.Exists(Path.Combine(folder, program + ".exe"))));

    private static async Task<int> PlayAsync(LocalRequest request, LocalPlatform platform, LocalView view, TextWriter output, CancellationToken cancellationToken)
    {
        if (request.Scenario is not { } scenario)
        {
            await ServedAsync(platform, view, cancellationToken);
            platform.Users.Load = 1;
            view.Tell("ready; change something with kubectl and watch it here. Ctrl-C ends everything");
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            return 0;
        }
        var result = await StoryPlayer.PlayAsync(scenario, new StoryStage(platform, view.Tell), cancellationToken);
        if (request.Json) await output.WriteLineAsync(JsonSerializer.Serialize(result, StoryJson.Readable.StoryResult));
        else view.Tell(result.Error is { } broken ? $"the story broke off: {broken}" : $"{scenario} {(result.Succeeded ? "ended as it must" : "did NOT end as it must")} after {result.Seconds:0} s");
        return result.Succeeded ? 0 : 1;
    }

    /// <summary>Waits until the first versions serve: users who come before meet errors. A version that does not pass its gates keeps nobody waiting for ever.</summary>
    private static async Task ServedAsync(LocalPlatform platform, LocalView view, CancellationToken cancellationToken)
    {
        try
        {
            await LocalPlatform.UntilAsync(
                async () => (await platform.Client.ListAsync<ClaudeDeployment>(cancellationToken: cancellationToken)).Items
                    .All(d => d.Status is { Phase: Phase.Healthy, Limiters: { Total: >= 2 } limiters } && limiters.Current == limiters.Total),
                "the first versions to serve", cancellationToken);
        }
        catch (TimeoutException late)
        {
            view.Tell($"{late.Message}; users come now and may meet errors. kubectl claude status NAME -n NAMESPACE tells what a version waits for");
        }
    }

    private static async Task<LocalOptions?> OptionsAsync(LocalRequest request, TextWriter error, CancellationToken cancellationToken)
    {
        if (request.Upstream is null != request.KeyFile is null)
        {
            await error.WriteLineAsync("--upstream and --key-file belong together: the address of the Claude API, and a file with a key for it");
            return null;
        }
        if (request.Upstream is { } upstream && (!upstream.IsAbsoluteUri || upstream.Scheme is not ("https" or "http") || upstream.UserInfo.Length > 0))
        {
            await error.WriteLineAsync($"--upstream must be an http or https address without credentials, not {upstream}");
            return null;
        }
        if (request.Port is < 0 or > 65_535)
        {
            await error.WriteLineAsync($"--port must be from 0 to 65535, not {request.Port}");
            return null;
        }
        string? key = null;
        if (request.KeyFile is { } file)
        {
            try
            {
                key = (await File.ReadAllTextAsync(file.FullName, cancellationToken)).Trim();
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                await error.WriteLineAsync($"--key-file {file.FullName} cannot be read: {problem.Message}");
                return null;
            }
            if (key.Length == 0)
            {
                await error.WriteLineAsync($"--key-file {file.FullName} is empty");
                return null;
            }
        }
        return new LocalOptions { Port = request.Port, Upstream = request.Upstream, Key = key, Seed = request.Seed };
    }
}
