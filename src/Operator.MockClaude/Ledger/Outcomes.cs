using Operator.MockClaude.Http;

namespace Operator.MockClaude.Ledger;

/// <summary>How an error counts.</summary>
internal static class Outcomes
{
    public static RequestOutcome Of(ApiError error) => error switch
    {
        { Code: "enforced_spend_limit_reached" or "contract_spend_limit_reached" } => RequestOutcome.SpendLimited,
        { Status: 400 } when error.Message.StartsWith("You have reached your specified", StringComparison.Ordinal) => RequestOutcome.SpendLimited,
        { Status: 429 } => RequestOutcome.RateLimited,
        { Status: 529 } => RequestOutcome.Overloaded,
        { Status: >= 500 } => RequestOutcome.Failed,
        _ => RequestOutcome.Rejected,
    };
}
