using System.Globalization;
using Microsoft.AspNetCore.Http;
using Operator.Contract;
using Operator.Limiter.Configuration;
using Operator.Limiter.Hosting;
using Operator.Limiter.Lanes;
using Operator.Limiter.Limiting;
using Operator.Limiter.Refusals;
using Operator.Limiter.Rewriting;
using Operator.Limiter.Routing;
using Operator.Limiter.Telemetry;
using Operator.Limiter.Variants;

namespace Operator.Limiter.Forwarding;

/// <summary>Understands a request: deployment, variant, lane, user.</summary>
internal static class MessageIntake
{
    /// <summary>Reads and decides; fills the record on the way.</summary>
    public static (MessageCall? Call, Refusal? Refusal) Take(LimiterState state, IHeaderDictionary headers, byte[] body, CallRecord record, bool countOnly)
    {
        var (scan, broken) = MessageScanner.Scan(body);
        if (scan is null) return (null, broken);
        record.Stream = scan.Stream;
        var route = RequestRouter.Find(state.Configuration.Current, headers[RequestHeaders.Deployment], scan.Model);
        if (route.Deployment is not { } deployment) return (null, route.Refusal);
        record.Deployment = deployment.Key;
        record.Quota = deployment.QuotaKey;
        var lane = deployment.Configuration.Lane;
        if (headers.TryGetValue(RequestHeaders.Lane, out var named))
        {
            if (LanePolicy.Parse(named.ToString()) is not { } parsed)
            {
                return (null, Refusal.BadRequest($"{RequestHeaders.Lane} must be interactive, standard or bulk.", "unknown-lane"));
            }
            lane = parsed;
        }
        record.Lane = lane switch { Lane.Interactive => "interactive", Lane.Standard => "standard", _ => "bulk" };
        var userText = headers.TryGetValue(RequestHeaders.User, out var userHeader) && userHeader.ToString() is { Length: > 0 } text ? text : scan.UserId;
        UInt128? user = userText is null ? null : StickyKey.Of(userText);
        var conversation = Conversation(headers, body, scan, userText);
        record.User = Short(user);
        record.Conversation = Short(conversation);

        var (variant, revision, refusal) = Choose(state, headers, deployment, new VariantKey(conversation, user, state.Random.Next(StickyKey.Buckets)));
        if (refusal is not null) return (null, refusal);
        if (revision is null && (scan.Model is null || deployment.Model(scan.Model) is null))
        {
            return (null, Refusal.NotFound("The model is not one that this deployment declares.", "unknown-model"));
        }
        record.Variant = variant;
        record.Revision = revision?.Id;
        record.PromptDigest = revision?.Configuration.PromptDigest;
        return (new MessageCall
        {
            Deployment = deployment,
            Revision = revision,
            Scan = scan,
            Body = body,
            Lane = lane,
            User = user,
            CountOnly = countOnly,
            Rehomed = variant == "rehomed",
            Targets = Targets(state, deployment, revision, scan, countOnly),
            Estimator = state.Estimator(revision?.Configuration.PromptDigest ?? scan.Model ?? "", deployment.Stable?.Configuration.PromptDigest),
        }, null);
    }

    private static (string Variant, ServedRevision? Revision, Refusal? Refusal) Choose(
        LimiterState state, IHeaderDictionary headers, ServedDeployment deployment, in VariantKey key)
    {
        var asked = headers[RequestHeaders.Revision].ToString();
        if (asked == RequestHeaders.NoRevision) return (RequestHeaders.NoRevision, null, null);
        if (asked.Length > 0)
        {
            return deployment.Revision(asked) is { } named
                ? ("named", named, null)
                : ("", null, Refusal.NotFound($"{RequestHeaders.Revision} names a revision that this limiter does not hold.", "unknown-revision"));
        }
        var variant = state.Variants.Select(deployment, key);
        if (variant.Revision is not { } chosen)
        {
            return ("", null, new Refusal(503, "api_error", "The deployment has no revision in service yet.", "no-revision")
            {
                RetryAfter = TimeSpan.FromSeconds(5), ShouldRetry = true,
            });
        }
        var name = variant.Rehomed ? "rehomed" : VariantSelector.NameOf(deployment, chosen);
        return (name, chosen, null);
    }

    private static List<MessageTarget> Targets(
        LimiterState state, ServedDeployment deployment, ServedRevision? revision, MessageScan scan, bool countOnly)
    {
        var own = revision?.Model ?? deployment.Model(scan.Model!)!;
        var targets = new List<MessageTarget>(1) { new(own, false, countOnly ? null : state.Group(deployment, own)) };
        if (revision is null || countOnly) return targets;
        foreach (var id in deployment.Configuration.Fallback)
        {
            var model = deployment.Model(id)!;
            if (targets.Any(t => t.Model.Id == model.Id) || !ParameterRules.Fits(scan, model)) continue;
            targets.Add(new MessageTarget(model, true, state.Group(deployment, model)));
        }
        return targets;
    }

    private static UInt128? Conversation(IHeaderDictionary headers, byte[] body, MessageScan scan, string? user)
    {
        if (headers.TryGetValue(RequestHeaders.Conversation, out var given) && given.ToString() is { Length: > 0 } text) return StickyKey.Of(text);
        return scan.FirstUserContent.Exists ? StickyKey.Of(scan.FirstUserContent.Of(body), user) : null;
    }

    private static string? Short(UInt128? digest) => digest is { } d ? ((ulong)(d >> 64)).ToString("x16", CultureInfo.InvariantCulture) : null;
}
