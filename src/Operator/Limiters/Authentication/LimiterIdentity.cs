namespace Operator.Limiters.Authentication;

/// <summary>Who a token was made for.</summary>
/// <param name="Namespace">The pod's namespace.</param>
/// <param name="Pod">The pod's name.</param>
/// <param name="PodUid">The pod's UID: a pod of the same name made later is another one.</param>
internal sealed record LimiterIdentity(string Namespace, string Pod, string PodUid);

/// <summary>Finds out who shows a token.</summary>
internal interface ILimiterAuthenticator
{
    /// <summary>The limiter that a token was made for; null when the token is not good, or not of a pod.</summary>
    /// <exception cref="Operator.Kubernetes.KubernetesException">The API server could not be asked: nothing is known of the token.</exception>
    /// <exception cref="TokenNotCheckedException">Nothing is known of the token, for another reason.</exception>
    Task<LimiterIdentity?> AuthenticateAsync(string token, CancellationToken cancellationToken);
}

/// <summary>A token could be neither accepted nor refused. The message never holds any of it.</summary>
internal sealed class TokenNotCheckedException(string message, Exception? inner = null) : Exception(message, inner);
