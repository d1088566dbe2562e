using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Node;

/// <summary>Runs one container: starts it, restarts it as its policy says, and ends it in its grace period.</summary>
internal sealed partial class ContainerLoop(
    ContainerRun run, PodVolumes volumes, ContainerEnvironment environment, NodeOptions options, IPAddress address, TimeProvider time, ILogger logger)
{
    private const int MaxMessageBytes = 4096;
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Stable = TimeSpan.FromMinutes(10);

    /// <summary>Runs until the container has ended for good; answers its exit code.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="policy">Always, OnFailure or Never.</param>
    /// <param name="grace">How long an asked container may take to end.</param>
    /// <param name="stop">Asks the container to end.</param>
    public async Task<int> RunAsync(JsonObject pod, string policy, TimeSpan grace, CancellationToken stop)
    {
        var pause = options.RestartDelay;
        while (true)
        {
            int code;
            var started = time.GetTimestamp();
            try
            {
                code = await RunOnceAsync(pod, grace, stop);
            }
            catch (PodNotReadyException missing)
            {
                run.Wait(missing.Reason, missing.Message);
                if (!await PauseAsync(options.RestartDelay, stop))
                    return 143;
                continue;
            }
            if (stop.IsCancellationRequested || policy == "Never" || (policy == "OnFailure" && code == 0))
                return code;
            if (time.GetElapsedTime(started) >= Stable)
                pause = options.RestartDelay;
            run.Wait("CrashLoopBackOff",
                $"back-off {pause.TotalSeconds:0.#}s restarting failed container={run.Name} pod={pod.Text("metadata", "name")}_{pod.Text("metadata", "namespace")}");
            if (!await PauseAsync(pause, stop))
                return code;
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task<bool> PauseAsync(TimeSpan pause, CancellationToken stop)
    {
        try
        {
            await Task.Delay(pause, time, stop);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<int> RunOnceAsync(JsonObject pod, TimeSpan grace, CancellationToken stop)
    {
        var image = run.Spec.Text("image") ?? "";
        var handler = options.Handlers.Find(image) ?? throw new PodNotReadyException(
            run.Restarts == 0 ? "ErrImagePull" : "ImagePullBackOff",
            $"the image \"{image}\" is not registered on this node: register a handler under this name or correct the image");
        var variables = await environment.ResolveAsync(run.Spec, pod, CancellationToken.None);
        run.Run(ContainerProbes.Has(run.Spec, "startupProbe"), ContainerProbes.Has(run.Spec, "readinessProbe"));
        var log = run.Log;
        await using var output = log.CreateWriter();
        var context = new ContainerContext
        {
            PodNamespace = pod.Text("metadata", "namespace")!,
            PodName = pod.Text("metadata", "name")!,
            PodUid = pod.Text("metadata", "uid")!,
            ContainerName = run.Name,
            Image = image,
            Command = [.. run.Spec.Texts("command").Select(text => ContainerEnvironment.Expand(text, variables))],
            Arguments = [.. run.Spec.Texts("args").Select(text => ContainerEnvironment.Expand(text, variables))],
            Environment = variables,
            PodAddress = address,
            Output = output,
            TimeProvider = time,
            RootDirectory = volumes.Root(run.Name),
            Mounts = volumes.Mounts(run.Spec, pod, variables),
        };
        var (exit, reason) = await ExecuteAsync(handler, context, grace, stop);
        // A last line without an end counts too, and must be in the log before followers leave.
        await output.DisposeAsync();
        run.End(exit.ExitCode, reason, Message(exit, context, log));
        log.Close();
        return exit.ExitCode;
    }

    private async Task<(ContainerExit Exit, string Reason)> ExecuteAsync(
        ContainerHandler handler, ContainerContext context, TimeSpan grace, CancellationToken stop)
    {
        using var ended = new CancellationTokenSource();
        using var asked = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var probes = ContainerProbes.FollowAsync(run, context.PodAddress, time, ended.Token);
        var work = Task.Run(() => GuardAsync(handler, context, asked.Token), CancellationToken.None);
        try
        {
            var asking = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var registration = stop.Register(() => asking.TrySetResult());
            var first = await Task.WhenAny(work, probes, asking.Task);
            if (first == probes && !probes.IsCompletedSuccessfully)
                first = await Task.WhenAny(work, asking.Task);
            if (first == work)
                return await Ended(work);
            if (first == probes && await probes is { } kind)
            {
                LogMessages.ProbeFailed(logger, context.PodNamespace, context.PodName, context.ContainerName, kind);
                await asked.CancelAsync();
            }
            // Asked to end: what does not end in time is left behind; there is no way to end it by force inside of a process.
            if (await Task.WhenAny(work, Task.Delay(grace, time, CancellationToken.None)) != work)
            {
                LogMessages.Abandoned(logger, context.PodNamespace, context.PodName, context.ContainerName, grace);
                return (new ContainerExit(137, "The container did not end in its grace period."), "Error");
            }
            return await Ended(work);
        }
        finally
        {
            await ended.CancelAsync();
            await probes.ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    private static async Task<(ContainerExit Exit, string Reason)> Ended(Task<ContainerExit> work)
    {
        var exit = await work;
        return (exit, exit.ExitCode == 0 ? "Completed" : "Error");
    }

    private static async Task<ContainerExit> GuardAsync(ContainerHandler handler, ContainerContext context, CancellationToken stop)
    {
        try
        {
            return await handler(context, stop) ?? ContainerExit.Success;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return new ContainerExit(143);
        }
        catch (Exception error)
        {
            // What a process would print before it dies.
            await context.Output.WriteLineAsync($"Unhandled exception: {error}");
            return new ContainerExit(1, error.Message);
        }
    }

    private string Message(ContainerExit exit, ContainerContext context, ContainerLog log)
    {
        var message = exit.Message;
        var file = context.ResolvePath(run.Spec.Text("terminationMessagePath") is { Length: > 0 } path ? path : "/dev/termination-log");
        if (message is null && File.Exists(file))
            message = File.ReadAllText(file);
        if (string.IsNullOrEmpty(message) && exit.ExitCode != 0 && run.Spec.Text("terminationMessagePolicy") == "FallbackToLogsOnError")
            message = log.Tail(80, 2048);
        message ??= "";
        return message.Length > MaxMessageBytes ? message[..MaxMessageBytes] : message;
    }

    private static partial class LogMessages
    {
        [LoggerMessage(1, LogLevel.Warning, "Pod {Namespace}/{Pod}: the {Kind} probe of container {Container} failed; it is started again")]
        public static partial void ProbeFailed(ILogger logger, string @namespace, string pod, string container, string kind);

        [LoggerMessage(2, LogLevel.Warning, "Pod {Namespace}/{Pod}: container {Container} did not end within {Grace} and is left behind")]
        public static partial void Abandoned(ILogger logger, string @namespace, string pod, string container, TimeSpan grace);
    }
}
