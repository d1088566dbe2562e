using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Node;

/// <summary>Answers <c>GET …/pods/{name}/log</c>: what <c>kubectl logs</c> shows.</summary>
/// <param name="client">Finds the pod.</param>
/// <param name="node">The node that runs pods; null where there is none.</param>
/// <param name="time">The clock of <c>sinceSeconds</c>.</param>
internal sealed class PodLogs(IInternalClient client, Func<NodeController?> node, TimeProvider time)
{
    /// <summary>The answer.</summary>
    /// <exception cref="ApiException">404: no such pod; 400: no such container, or nothing to show yet.</exception>
    public async ValueTask<ApiResponse> AnswerAsync(string ns, string name, IQueryCollection query, CancellationToken cancellationToken)
    {
        var pod = await client.GetAsync(WellKnown.Pods, ns, name, cancellationToken) ?? throw ApiErrors.NotFound("", "pods", name);
        if (string.IsNullOrEmpty(pod.Text("spec", "nodeName")))
            throw ApiErrors.BadRequest($"pod {name} does not have a host assigned");
        var run = FindContainer(pod, name, query["container"].ToString(), node()?.Find(ns, name));
        var previous = Flag(query, "previous");
        var log = previous ? run.PreviousLog : run.Log;
        if (log is null)
            throw ApiErrors.BadRequest($"previous terminated container \"{run.Name}\" in pod \"{name}\" not found");
        if (!previous && run.Restarts == 0 && run.Describe().Text("state", "waiting", "reason") is { } reason)
            throw ApiErrors.BadRequest($"container \"{run.Name}\" in pod \"{name}\" is waiting to start: {reason}");
        var follow = Flag(query, "follow");
        var timestamps = Flag(query, "timestamps");
        var limit = Number(query, "limitBytes") ?? long.MaxValue;
        var (lines, following) = log.Read(follow);
        var shown = Select(lines, query);
        return new ApiResponse
        {
            Status = 200,
            ContentType = "text/plain",
            IsWatch = follow,
            Stream = async (writer, stop) =>
            {
                try
                {
                    foreach (var line in shown)
                        limit -= Write(writer, line, timestamps, limit);
                    await writer.FlushAsync(stop);
                    if (following is null)
                        return;
                    await foreach (var line in following.ReadAllAsync(stop))
                    {
                        limit -= Write(writer, line, timestamps, limit);
                        await writer.FlushAsync(stop);
                        if (limit <= 0)
                            return;
                    }
                }
                finally
                {
                    if (following is not null)
                        log.Leave(following);
                }
            },
        };
    }

    private static ContainerRun FindContainer(JsonObject pod, string podName, string wanted, PodWorker? worker)
    {
        var names = pod.Children("spec", "containers").Select(container => container.Text("name") ?? "").ToList();
        if (wanted.Length == 0)
        {
            if (names.Count > 1)
            {
                var inits = pod.Children("spec", "initContainers").Select(container => container.Text("name") ?? "").ToList();
                var others = inits.Count == 0 ? "" : $" or one of the init containers: [{string.Join(' ', inits)}]";
                throw ApiErrors.BadRequest($"a container name must be specified for pod {podName}, choose one of: [{string.Join(' ', names)}]{others}");
            }
            wanted = names[0];
        }
        return worker?.Find(wanted) ?? throw ApiErrors.BadRequest($"container {wanted} is not valid for pod {podName}");
    }

    private IEnumerable<LogLine> Select(IReadOnlyList<LogLine> lines, IQueryCollection query)
    {
        IEnumerable<LogLine> selected = lines;
        if (Number(query, "sinceSeconds") is { } seconds)
            selected = selected.Where(line => line.Time >= time.GetUtcNow() - TimeSpan.FromSeconds(seconds));
        if (DateTimeOffset.TryParse(query["sinceTime"].ToString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var since))
            selected = selected.Where(line => line.Time >= since);
        return Number(query, "tailLines") is { } tail ? selected.TakeLast((int)Math.Clamp(tail, 0, int.MaxValue)) : selected;
    }

    private static long Write(PipeWriter writer, LogLine line, bool timestamps, long limit)
    {
        var text = timestamps
            ? line.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'00Z '", CultureInfo.InvariantCulture) + line.Text + "\n"
            : line.Text + "\n";
        var bytes = Encoding.UTF8.GetBytes(text);
        var count = (int)Math.Min(bytes.Length, Math.Max(0, limit));
        bytes.AsSpan(0, count).CopyTo(writer.GetSpan(count));
        writer.Advance(count);
        return count;
    }

    private static bool Flag(IQueryCollection query, string name) => query[name].ToString() is "true" or "1";

    private static long? Number(IQueryCollection query, string name) =>
        long.TryParse(query[name].ToString(), CultureInfo.InvariantCulture, out var number) ? number : null;
}
