using Operator.MockClaude.Http;
using Operator.MockClaude.Limits;

namespace Operator.MockClaude.Faults;

/// <summary>Which faults are plain error answers.</summary>
internal static class FaultErrors
{
    /// <summary>The error to answer with; null for faults of another nature.</summary>
    public static ApiError? Of(FaultRule? fault, DateTimeOffset now) => fault?.Kind switch
    {
        FaultKind.RateLimited => ApiError.RateLimited(
            "This request would exceed your organization's rate limit. Please reduce the prompt length or the maximum tokens requested, or try again later.",
            fault.RetryAfter),
        FaultKind.RampLimited => LimitErrors.Ramp(fault.RetryAfter),
        FaultKind.SpendCapReached => LimitErrors.SpendCap(now),
        FaultKind.ContractSpendLimitReached => LimitErrors.ContractSpend(),
        FaultKind.OwnSpendLimitReached => LimitErrors.OwnSpend(workspace: false, now),
        FaultKind.Overloaded => ApiError.Overloaded(),
        FaultKind.InternalError => ApiError.Internal(),
        FaultKind.Timeout => new ApiError(504, "timeout_error", "Request timed out"),
        _ => null,
    };
}
