using System.Net.Http.Headers;
using System.Net.Security;
using System.Text;

namespace Operator.Kubernetes.Configuration;

/// <summary>What a request carries to prove who sends it.</summary>
/// <param name="Authorization">The Authorization header; null for none.</param>
/// <param name="ClientCertificate">The certificate of the connection, with its chain; null for none.</param>
internal sealed record Credential(AuthenticationHeaderValue? Authorization, SslStreamCertificateContext? ClientCertificate)
{
    public static Credential None { get; } = new(null, null);

    public static Credential Bearer(string token, SslStreamCertificateContext? certificate = null) =>
        new(new AuthenticationHeaderValue("Bearer", token), certificate);
}

/// <summary>Gives the credential of each request; kinds that expire renew themselves.</summary>
public abstract class KubernetesCredentials
{
    private protected KubernetesCredentials(string origin) => Origin = origin;

    /// <summary>No credentials: an anonymous caller.</summary>
    public static KubernetesCredentials Anonymous { get; } = new StaticCredentials(Credential.None, "none: the configuration names no credentials");

    /// <summary>Where the credentials come from, for error messages: kind, file and field, never the secret itself.</summary>
    public string Origin { get; }

    /// <summary>A bearer token that does not change.</summary>
    /// <param name="token">The token.</param>
    /// <param name="origin">Where it comes from, such as <c>the token from kubeconfig '/x': users[a].user.token</c>.</param>
    public static KubernetesCredentials FromToken(string token, string origin = "a token given in code") =>
        new StaticCredentials(Credential.Bearer(token), origin);

    /// <summary>A bearer token in a file that is replaced from time to time: read again after a minute, and at once after a 401.</summary>
    /// <param name="path">The file.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    public static KubernetesCredentials FromTokenFile(string path, TimeProvider? timeProvider = null) =>
        new TokenFileCredentials(path, $"the token in '{path}'", null, timeProvider ?? TimeProvider.System);

    /// <summary>The credential for a request that is about to be sent.</summary>
    internal abstract ValueTask<Credential> GetAsync(CancellationToken cancellationToken);

    /// <summary>After the server refused a credential: another one to try once, or null when there is none.</summary>
    internal virtual ValueTask<Credential?> RefreshAsync(Credential rejected, CancellationToken cancellationToken) => default;

    internal static Credential Basic(string user, string password, SslStreamCertificateContext? certificate) =>
        new(new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(user + ":" + password))), certificate);
}

/// <summary>A credential that stays as it is.</summary>
internal sealed class StaticCredentials(Credential credential, string origin) : KubernetesCredentials(origin)
{
    internal override ValueTask<Credential> GetAsync(CancellationToken cancellationToken) => new(credential);
}
