using System.Globalization;
using Operator.Runtime.Health;

namespace Operator.Runtime.Admission.Certificates;

/// <summary>Whether admission can be reached with a certificate that clients accept.</summary>
internal static class CertificateHealth
{
    /// <summary>Looks at the certificate that is served.</summary>
    public static HealthResult Of(ServingCertificate? certificate, DateTimeOffset now)
    {
        if (certificate is null) return HealthResult.Unhealthy("there is no serving certificate");
        var from = (DateTimeOffset)certificate.Leaf.NotBefore.ToUniversalTime();
        var until = (DateTimeOffset)certificate.Leaf.NotAfter.ToUniversalTime();
        if (now > until) return HealthResult.Unhealthy("the serving certificate expired at " + Text(until));
        return now < from ? HealthResult.Unhealthy("the serving certificate is not valid before " + Text(from)) : HealthResult.Healthy();
    }

    private static string Text(DateTimeOffset time) => time.ToString("u", CultureInfo.InvariantCulture);
}
