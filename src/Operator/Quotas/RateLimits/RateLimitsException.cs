namespace Operator.Quotas.RateLimits;

/// <summary>The limits could not be read. The message has neither key nor body.</summary>
internal sealed class RateLimitsException(string message, Exception? inner = null) : Exception(message, inner);
