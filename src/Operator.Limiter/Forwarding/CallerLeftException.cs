namespace Operator.Limiter.Forwarding;

/// <summary>The caller took no more of an answer. It says which side ended: the server's own token may be told of it later.</summary>
internal sealed class CallerLeftException(Exception? inner = null) : Exception("The caller left before the answer's end.", inner);
