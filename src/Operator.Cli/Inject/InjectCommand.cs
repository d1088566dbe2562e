using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Operator.Cli.Cluster;
using Operator.Cli.Manifests;
using Operator.Injection;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Serialization;
using Operator.Kubernetes.Yaml;

namespace Operator.Cli.Inject;

/// <summary>Puts limiters into the pods of manifests, where no webhook does.</summary>
internal static class InjectCommand
{
    private static readonly Option<string> Image = new("--limiter-image") { Description = "The limiter's image; it should be named by its digest.", DefaultValueFactory = _ => "claude-limiter:" + typeof(InjectCommand).Assembly.GetName().Version!.ToString(3) };
    private static readonly Option<string> Upstream = new("--upstream") { Description = "Where limiters send requests to.", DefaultValueFactory = _ => new InjectionOptions().Upstream.GetLeftPart(UriPartial.Authority) };
    private static readonly Option<string?> Home = new("--operator-namespace") { Description = "The operator's namespace; by default that of each pod." };
    private static readonly Option<string?> Endpoint = new("--telemetry-endpoint") { Description = "The collector that limiters send traces and metrics to by OTLP; by default none. $(NODE_IP) as its host is the pod's node." };
    private static readonly Option<string?> Protocol = new("--telemetry-protocol") { Description = "How telemetry travels: grpc (default) or http/protobuf." };
    private static readonly Option<string?> Signals = new("--telemetry-signals") { Description = "What is sent: traces, metrics, or both with a comma between (default)." };
    private static readonly Option<string?> Sampling = new("--telemetry-sampling") { Description = "The part of traces that begin at the limiter and are kept, from 0 to 1; by default all." };
    private static readonly Option<string?> Attributes = new("--telemetry-attributes") { Description = "What limiters say of themselves besides namespace, pod and container: name=value pairs with commas between." };
    private static readonly Option<bool> Offline = new("--offline") { Description = "Asks no cluster: the ClaudeDeployments and ClaudeQuotas must be among the manifests." };

    public static Command Create()
    {
        var paths = new Argument<string[]>("paths") { Description = "Files and folders with manifests; - for standard input.", Arity = ArgumentArity.OneOrMore };
        var command = new Command(
            "inject", "Writes manifests with the limiter in every pod that asks for one, as the operator's webhook would put it there: for operators with Roles only. Changes nothing in the cluster.")
        {
            paths, Image, Upstream, Home, Offline, Endpoint, Protocol, Signals, Sampling, Attributes,
        }.WithCluster();
        command.SetAction(async (parsed, cancellation) =>
        {
            var error = parsed.InvocationConfiguration.Error;
            List<JsonObject> manifests;
            try
            {
                manifests = [.. (await ManifestInput.ReadAsync(parsed.GetValue(paths)!, cancellation)).SelectMany(f => KubernetesYaml.Parse(f.Text, f.Name)).OfType<JsonObject>()];
            }
            catch (Exception problem) when (problem is IOException or YamlFormatException)
            {
                await error.WriteLineAsync($"error: {problem.Message}");
                return ExitCode.Usage;
            }
            return parsed.GetValue(Offline)
                ? await InjectAsync(manifests, parsed, null, parsed.GetValue(ClusterOptions.Namespace) ?? "default", cancellation)
                : await ClusterOptions.RunAsync(parsed, (_, session, token) => InjectAsync(manifests, parsed, session, session.Namespace, token), cancellation);
        });
        return command;
    }

    private static async Task<int> InjectAsync(List<JsonObject> manifests, ParseResult parsed, ClusterSession? session, string space, CancellationToken cancellationToken)
    {
        var error = parsed.InvocationConfiguration.Error;
        var objects = manifests.SelectMany(PodTemplates.Objects).ToList();
        var pods = objects.Where(o => PodTemplates.Of(o) is not null).ToList();
        var (injected, failed) = (0, 0);
        try
        {
            var known = new KnownObjects(objects, space);
            if (session is not null)
            {
                foreach (var each in pods.Select(p => KnownObjects.NamespaceOf(p, space)).Distinct(StringComparer.Ordinal)) await known.AskAsync(session, each, cancellationToken);
            }
            foreach (var each in pods)
            {
                var result = Inject(each, KnownObjects.NamespaceOf(each, space), known, parsed);
                var name = $"{PodTemplates.Text(each, "kind")}/{PodTemplates.Text(each["metadata"] as JsonObject, "name")}";
                foreach (var warning in result.Warnings) await error.WriteLineAsync($"{name}: {warning}");
                if (result.Outcome == InjectionOutcome.Injected) injected++;
                if (result.Outcome != InjectionOutcome.Refused) continue;
                failed++;
                if (!result.Warnings.Contains(result.Message)) await error.WriteLineAsync($"{name}: {result.Message}");
            }
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or UriFormatException)
        {
            await error.WriteLineAsync($"error: {problem.Message}");
            return ExitCode.Usage;
        }
        if (failed > 0)
        {
            // Nothing at all is written: what is piped into kubectl must not start pods without their limiter.
            await error.WriteLineAsync($"error: {failed} of {pods.Count} {(pods.Count == 1 ? "object" : "objects")} with pods cannot have a limiter");
            return ExitCode.Failed;
        }
        if (injected == 0) await error.WriteLineAsync("no pod here asks for a limiter, by the label claudeops.dev/inject: \"true\" or the workloadSelector of a ClaudeDeployment");
        for (var i = 0; i < manifests.Count; i++)
        {
            if (i > 0) await parsed.InvocationConfiguration.Output.WriteLineAsync("---");
            ObjectText.Write(parsed.InvocationConfiguration.Output, manifests[i], "yaml");
        }
        return ExitCode.Done;
    }

    private static string TelemetryOption(string name) => "--telemetry-" + name.ToLowerInvariant();

    private static InjectionResult Inject(JsonObject manifest, string space, KnownObjects known, ParseResult parsed)
    {
        var options = new InjectionOptions
        {
            Image = parsed.GetValue(Image)!,
            Upstream = new Uri(parsed.GetValue(Upstream)!, UriKind.RelativeOrAbsolute),
            OperatorAddress = new Uri($"https://claude-operator-limiters.{parsed.GetValue(Home) ?? space}.svc"),
            Telemetry = LimiterTelemetry.Read(
                name => parsed.GetValue<string?>(TelemetryOption(name)), (name, what) => throw new InvalidOperationException($"{TelemetryOption(name)} {what}")),
        };
        options.Validate();
        var template = PodTemplates.Of(manifest)!;
        var pod = KubernetesJson.BuiltIn.FromNode<V1Pod>(new JsonObject
        {
            ["apiVersion"] = "v1", ["kind"] = "Pod", ["metadata"] = template["metadata"]?.DeepClone() ?? new JsonObject(), ["spec"] = template["spec"]!.DeepClone(),
        });
        var result = PodInjection.Inject(pod, options, space, known.Deployments(space), known.Quota);
        if (result.Pod is not { } changed) return result;
        var node = KubernetesJson.BuiltIn.ToNode(changed);
        foreach (var part in new[] { "metadata", "spec" }) template[part] = node[part]!.DeepClone();
        return result;
    }
}
