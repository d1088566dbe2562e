namespace Operator.Certificates;

/// <summary>The certificates that a replica has.</summary>
/// <param name="Serving">The one that is served; null before the first.</param>
/// <param name="Next">The one that will be served when its authority is trusted; null when none is under way.</param>
/// <param name="NextTrustedSince">Since when everybody who is asked trusts the next one's authority; null while not.</param>
public sealed record CertificateState(CertificateValidity? Serving, CertificateValidity? Next, DateTimeOffset? NextTrustedSince);

/// <summary>What to do about certificates.</summary>
public enum CertificateAction
{
    /// <summary>Nothing.</summary>
    Keep,

    /// <summary>Make one and serve it at once: there is nothing valid to serve.</summary>
    IssueServing,

    /// <summary>Make the next one and publish its authority, in place of a former next one; serve on with the present one.</summary>
    IssueNext,

    /// <summary>Serve the next one and forget the present one.</summary>
    Promote,
}

/// <summary>
/// Decides about a replica's certificates. A next certificate is served only when its authority has been trusted long enough, so a
/// rotation fails nobody; only what cannot be served any more is replaced at once. Any clock, also one that jumps, leads to a
/// certificate that is valid by it.
/// </summary>
public static class CertificatePlan
{
    /// <summary>The next step; asked again after it was taken, until there is nothing to do.</summary>
    public static (CertificateAction Action, string Reason) Decide(DateTimeOffset now, CertificateState state, CertificateRules rules)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(rules);
        var next = state.Next is { } made && made.Covers(now) ? made : null;
        if (state.Serving is not { } serving)
            return next is null ? (CertificateAction.IssueServing, "there is none") : (CertificateAction.Promote, "there is no other");
        if (!serving.Covers(now))
        {
            var why = now < serving.NotBefore ? "it is not valid yet by this clock" : "it has expired";
            return next is null ? (CertificateAction.IssueServing, why) : (CertificateAction.Promote, why);
        }

        if (next is null)
        {
            if (state.Next is not null) return (CertificateAction.IssueNext, "the next one is not valid by this clock");
            return now - serving.IssuedAt >= rules.RenewAfter
                ? (CertificateAction.IssueNext, "two thirds of its life are over")
                : (CertificateAction.Keep, "it is young");
        }

        if (state.NextTrustedSince is { } since && now - since >= rules.Settling) return (CertificateAction.Promote, "the next one is trusted");
        return serving.NotAfter - now <= rules.Urgency
            ? (CertificateAction.Promote, "it is about to expire")
            : (CertificateAction.Keep, "the next one is not trusted long enough");
    }
}
