using System.Security.Cryptography.X509Certificates;

namespace Operator.LocalCluster.Authorization;

/// <summary>Tells who sends a request.</summary>
internal interface IAuthenticator
{
    /// <summary>The user behind the credentials; <see cref="UserInfo.Anonymous"/> when there are none.</summary>
    /// <param name="bearerToken">The token of the Authorization header without its scheme; null where there is none.</param>
    /// <param name="clientCertificate">The client certificate of the connection; null where there is none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="Api.ApiException">401 Unauthorized: the credentials are not valid.</exception>
    ValueTask<UserInfo> AuthenticateAsync(
        string? bearerToken, X509Certificate2? clientCertificate, CancellationToken cancellationToken);
}
