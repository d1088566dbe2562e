using System.Globalization;
using Operator.MockClaude.Http;

namespace Operator.MockClaude.Limits;

/// <summary>The answers of the limits.</summary>
internal static class LimitErrors
{
    /// <summary>A bucket is empty.</summary>
    public static ApiError Rate(string owner, long limit, string unit, int retryAfter) => ApiError.RateLimited(
        string.Create(CultureInfo.InvariantCulture,
            $"This request would exceed your {owner}'s rate limit of {limit:N0} {unit} per minute. Please try again later."), retryAfter);

    /// <summary>Traffic grew too fast.</summary>
    public static ApiError Ramp(int retryAfter) => ApiError.RateLimited(
        "Your usage is increasing faster than your acceleration limit allows. Please scale up gradually.", retryAfter, "ramp_limit_exceeded");

    /// <summary>The tier's monthly cap; no <c>retry-after</c>, because waiting seconds never helps.</summary>
    public static ApiError SpendCap(DateTimeOffset now) => ApiError.RateLimited(
        $"Your organization has reached its monthly spend limit. Access returns on {NextMonth(now)} at 00:00 UTC.",
        code: "enforced_spend_limit_reached");

    /// <summary>The contract's limit.</summary>
    public static ApiError ContractSpend() => ApiError.RateLimited(
        "Your organization has reached the spend limit of its contract.", code: "contract_spend_limit_reached");

    /// <summary>A limit that the customer set.</summary>
    public static ApiError OwnSpend(bool workspace, DateTimeOffset now) => ApiError.Invalid(
        $"You have reached your specified {(workspace ? "workspace " : "")}API usage limits. You will regain access on {NextMonth(now)} at 00:00 UTC.");

    private static string NextMonth(DateTimeOffset now) =>
        new DateTime(now.Year, now.Month, 1).AddMonths(1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
