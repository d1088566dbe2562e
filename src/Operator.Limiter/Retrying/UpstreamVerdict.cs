using System.Net;
using Operator.Limiter.Usage;

namespace Operator.Limiter.Retrying;

/// <summary>What an attempt came to.</summary>
internal enum UpstreamVerdict
{
    /// <summary>An answer to pass on.</summary>
    Success,

    /// <summary>An error that no retry heals.</summary>
    Permanent,

    /// <summary>The key was refused: another may have been mounted meanwhile.</summary>
    Unauthorized,

    /// <summary>A 429 that passes with time.</summary>
    RateLimited,

    /// <summary>A 429 because load rose too steeply.</summary>
    RampLimited,

    /// <summary>A spend limit: nothing helps before its reset.</summary>
    SpendLimited,

    /// <summary>A 529.</summary>
    Overloaded,

    /// <summary>Another error of the server, or a timeout that it tells.</summary>
    ServerError,

    /// <summary>No answer at all.</summary>
    Unreachable,

    /// <summary>The limiter itself refused.</summary>
    Refused,
}

/// <summary>Judges answers.</summary>
internal static class UpstreamVerdicts
{
    /// <summary>The verdict on a status and, for errors, on what the body told.</summary>
    public static UpstreamVerdict Of(HttpStatusCode status, AnswerFacts facts)
    {
        var code = (int)status;
        if (code < 400) return UpstreamVerdict.Success;
        if (facts.OwnSpendLimit || facts.ErrorCode is "enforced_spend_limit_reached" or "contract_spend_limit_reached"
            || facts.ErrorCode is "linked_organization_spend_limit_reached" or "linked_organization_billing_unavailable")
        {
            return UpstreamVerdict.SpendLimited;
        }
        return code switch
        {
            401 => UpstreamVerdict.Unauthorized,
            408 => UpstreamVerdict.ServerError,
            429 => facts.ErrorCode == "ramp_limit_exceeded" ? UpstreamVerdict.RampLimited : UpstreamVerdict.RateLimited,
            529 => UpstreamVerdict.Overloaded,
            503 when facts.ErrorCode is "cmek_key_unreachable" or "cmek_context_unavailable" => UpstreamVerdict.Permanent,
            >= 500 => UpstreamVerdict.ServerError,
            _ => UpstreamVerdict.Permanent,
        };
    }

    /// <summary>Whether another model may help.</summary>
    public static bool MayFallBack(UpstreamVerdict verdict) => verdict is UpstreamVerdict.RateLimited or UpstreamVerdict.RampLimited
        or UpstreamVerdict.Overloaded or UpstreamVerdict.ServerError or UpstreamVerdict.Unreachable or UpstreamVerdict.Refused;
}
