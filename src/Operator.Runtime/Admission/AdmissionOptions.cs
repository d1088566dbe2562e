using System.Net;
using Operator.Runtime.Admission.Certificates;

namespace Operator.Runtime.Admission;

/// <summary>Where and how admission reviews are served.</summary>
public sealed class AdmissionOptions
{
    /// <summary>The port; 0 for any free one. Default 9443.</summary>
    public int Port { get; set; } = 9443;

    /// <summary>The address to listen on; null for all, which the API server needs to reach the pod.</summary>
    public IPAddress? BindAddress { get; set; }

    /// <summary>
    /// The folder with <c>tls.crt</c> and <c>tls.key</c>, as a Secret is mounted; not used with a <see cref="CertificateSource"/>.
    /// </summary>
    public string CertificateDirectory { get; set; } = "/tmp/k8s-webhook-server/serving-certs";

    /// <summary>Gives the certificate in place of files; null reads <see cref="CertificateDirectory"/>.</summary>
    public ICertificateSource? CertificateSource { get; set; }

    /// <summary>How often certificate files are read again even when no change was noticed. Default 10 s.</summary>
    public TimeSpan CertificateInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The largest review in bytes. Default 3 MiB: two objects as large as etcd takes them.</summary>
    public int MaxBodyBytes { get; set; } = 3 * 1024 * 1024;

    /// <summary>How long a webhook may take where the API server does not say. Default 10 s, as the API server's own.</summary>
    public TimeSpan DefaultTimeout { get; set; } = TimeSpan.FromSeconds(10);
}
