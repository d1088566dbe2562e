using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Admission;

/// <summary>The built-in checks and the webhooks, in the real server's order.</summary>
internal sealed partial class AdmissionChain(
    IInternalClient client, IResourceRegistry registry, WebhookCaller caller, ILogger<AdmissionChain> logger) : IAdmission
{
    private readonly NamespaceRules _namespaces = new(client);

    /// <inheritdoc/>
    public async ValueTask<AdmissionOutcome> MutateAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        await _namespaces.CheckLifecycleAsync(request, cancellationToken);
        var warnings = new List<string>();
        var current = (JsonObject?)request.Object?.DeepClone();
        var again = new List<(Webhook Webhook, ResourceDefinition Form)>();
        var changedSince = new HashSet<Webhook>();
        foreach (var (webhook, form) in await SelectAsync(WellKnown.MutatingWebhooks, request, cancellationToken))
        {
            var before = current;
            current = await MutateByAsync(webhook, form, request, current, warnings, cancellationToken);
            if (!JsonNode.DeepEquals(before, current))
                changedSince.UnionWith(again.Select(earlier => earlier.Webhook));
            if (webhook.Reinvokes)
                again.Add((webhook, form));
        }
        // Once more for those that asked for it and whose object a later one has changed.
        foreach (var (webhook, form) in again.Where(earlier => changedSince.Contains(earlier.Webhook)))
            current = await MutateByAsync(webhook, form, request, current, warnings, cancellationToken);
        return new AdmissionOutcome(current, warnings);
    }

    /// <inheritdoc/>
    public async ValueTask<AdmissionOutcome> ValidateAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        await _namespaces.CheckPodSecurityAsync(request, cancellationToken);
        var selected = await SelectAsync(WellKnown.ValidatingWebhooks, request, cancellationToken);
        // They run side by side; the first refusal in the order of the configurations is told.
        var verdicts = await Task.WhenAll(selected.Select(each => ValidateByAsync(each.Webhook, each.Form, request, cancellationToken)));
        var warnings = verdicts.SelectMany(verdict => verdict.Warnings).ToList();
        if (verdicts.FirstOrDefault(verdict => verdict.Error is not null)?.Error is { } error)
            throw error;
        return new AdmissionOutcome(request.Object, warnings);
    }

    private async ValueTask<IReadOnlyList<(Webhook Webhook, ResourceDefinition Form)>> SelectAsync(
        GroupResource configurations, AdmissionRequest request, CancellationToken cancellationToken)
    {
        // A broken webhook must not keep anybody from repairing its configuration.
        if (request.Resource.Group == configurations.Group)
            return [];
        var selected = new List<(Webhook, ResourceDefinition)>();
        JsonObject? labels = null;
        var labelsKnown = false;
        var all = await client.ListAsync(configurations, null, cancellationToken);
        foreach (var configuration in all.OrderBy(c => c.Text("metadata", "name"), StringComparer.Ordinal))
        {
            foreach (var source in configuration.Children("webhooks"))
            {
                var webhook = new Webhook(source);
                if (webhook.Match(request, registry.Definitions) is not { } form)
                    continue;
                if (!labelsKnown)
                    (labels, labelsKnown) = (await _namespaces.LabelsAsync(request, cancellationToken), true);
                if (webhook.Selects(request, labels))
                    selected.Add((webhook, form));
            }
        }
        return selected;
    }

    private async Task<JsonObject?> MutateByAsync(
        Webhook webhook, ResourceDefinition form, AdmissionRequest request, JsonObject? current, List<string> warnings,
        CancellationToken cancellationToken)
    {
        try
        {
            var response = await CallAsync(webhook, form, request, current, cancellationToken);
            warnings.AddRange(response.Texts("warnings"));
            if (response.Flag("allowed") != true)
                throw AdmissionReviews.Denial(webhook.Name, response);
            return current is null ? null : AdmissionReviews.Patch(current, response, request, form);
        }
        catch (WebhookFailure failure) when (webhook.IgnoresFailure)
        {
            Log.Ignored(logger, webhook.Name, failure.Message);
            return current;
        }
        catch (WebhookFailure failure)
        {
            throw Failed(webhook, failure);
        }
    }

    private async Task<Verdict> ValidateByAsync(
        Webhook webhook, ResourceDefinition form, AdmissionRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var response = await CallAsync(webhook, form, request, request.Object, cancellationToken);
            return new([.. response.Texts("warnings")], response.Flag("allowed") == true ? null : AdmissionReviews.Denial(webhook.Name, response));
        }
        catch (WebhookFailure failure) when (webhook.IgnoresFailure)
        {
            Log.Ignored(logger, webhook.Name, failure.Message);
            return new([], null);
        }
        catch (WebhookFailure failure)
        {
            return new([], Failed(webhook, failure));
        }
        catch (ApiException error)
        {
            return new([], error);
        }
    }

    private async Task<JsonObject> CallAsync(
        Webhook webhook, ResourceDefinition form, AdmissionRequest request, JsonObject? current, CancellationToken cancellationToken)
    {
        if (request.DryRun && !webhook.AllowsDryRun)
            throw ApiErrors.BadRequest($"admission webhook \"{webhook.Name}\" does not support dry run");
        var uid = Guid.NewGuid().ToString();
        var review = AdmissionReviews.Write(request, current, form, webhook.ReviewVersion, uid);
        return AdmissionReviews.Read(await caller.CallAsync(webhook, review, cancellationToken), webhook.ReviewVersion, uid);
    }

    private static ApiException Failed(Webhook webhook, WebhookFailure failure) =>
        ApiErrors.Internal($"failed calling webhook \"{webhook.Name}\": {failure.Message}");

    private sealed record Verdict(IReadOnlyList<string> Warnings, ApiException? Error);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The admission webhook {Webhook} failed and is ignored as its failure policy says: {Reason}")]
        public static partial void Ignored(ILogger logger, string webhook, string reason);
    }
}
