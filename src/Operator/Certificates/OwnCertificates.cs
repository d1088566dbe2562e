using Microsoft.Extensions.Logging;
using Operator.Runtime.Admission.Certificates;

namespace Operator.Certificates;

/// <summary>The certificates that this replica makes and keeps in memory. Nothing of them is on a disk or in the cluster but what is public.</summary>
internal sealed partial class OwnCertificates(
    CertificateRules rules, IReadOnlyList<string> names, string owner, TimeProvider time, ILogger<OwnCertificates> logger)
    : ICertificateSource, ITrustAnchors
{
    private readonly Lock _gate = new();
    private volatile IssuedCertificate? _serving;
    private volatile IssuedCertificate? _next;
    private DateTimeOffset? _nextTrustedSince;

    /// <inheritdoc/>
    public bool AreOwn => true;

    /// <inheritdoc/>
    public ServingCertificate? Current => _serving?.Serving;

    IReadOnlyList<string> ITrustAnchors.Current
    {
        get
        {
            lock (_gate) return [.. new[] { _serving, _next }.OfType<IssuedCertificate>().Select(certificate => certificate.Authority)];
        }
    }

    /// <summary>The authority of what is served; null before the first.</summary>
    public string? ServingAuthority => _serving?.Authority;

    /// <inheritdoc/>
    public void Start() => Advance(static _ => false);

    /// <inheritdoc/>
    public void Advance(Func<string, bool> isTrusted)
    {
        lock (_gate)
        {
            // Three steps are the longest way to a state in which nothing is due.
            for (var step = 0; step < 3 && Step(isTrusted); step++)
            {
            }
        }
    }

    private bool Step(Func<string, bool> isTrusted)
    {
        var now = time.GetUtcNow();
        if (_next is not { } waiting || !isTrusted(waiting.Authority)) _nextTrustedSince = null;
        // A moment in the future is one of a clock that was set back since.
        else if (_nextTrustedSince is not { } since || since > now) _nextTrustedSince = now;

        var (action, reason) = CertificatePlan.Decide(
            now, new CertificateState(_serving?.Validity, _next?.Validity, _nextTrustedSince), rules);
        switch (action)
        {
            case CertificateAction.IssueServing:
                _serving = Issue(now);
                _next = null;
                Log.Serving(logger, _serving.Validity.NotAfter, reason);
                return true;
            case CertificateAction.IssueNext:
                _next = Issue(now);
                Log.Next(logger, _next.Validity.NotAfter, reason);
                return true;
            case CertificateAction.Promote:
                _serving = _next;
                _next = null;
                Log.Serving(logger, _serving!.Validity.NotAfter, reason);
                return true;
            default:
                return false;
        }
    }

    private IssuedCertificate Issue(DateTimeOffset now) => IssuedCertificate.Create(CertificateValidity.From(now, rules), names, owner);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Serving with another certificate, valid until {NotAfter:u}, in place of the former: {Reason}")]
        public static partial void Serving(ILogger logger, DateTimeOffset notAfter, string reason);

        [LoggerMessage(2, LogLevel.Information, "Made the next certificate, valid until {NotAfter:u}; it is served when its authority is trusted: {Reason}")]
        public static partial void Next(ILogger logger, DateTimeOffset notAfter, string reason);
    }
}
