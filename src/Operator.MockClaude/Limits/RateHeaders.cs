using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Operator.MockClaude.Limits;

/// <summary>Writes the rate-limit headers.</summary>
internal static class RateHeaders
{
    /// <summary>Writes all of them.</summary>
    public static void Write(IHeaderDictionary headers, in RateSnapshot rates, DateTimeOffset now)
    {
        if (rates.Requests.Limit >= 0)
        {
            headers["anthropic-ratelimit-requests-limit"] = Number(rates.Requests.Limit);
            headers["anthropic-ratelimit-requests-remaining"] = Number((long)rates.Requests.Remaining);
            headers["anthropic-ratelimit-requests-reset"] = Time(rates.Requests, now);
        }
        if (rates.Input.Limit >= 0)
        {
            headers["anthropic-ratelimit-input-tokens-limit"] = Number(rates.Input.Limit);
            headers["anthropic-ratelimit-input-tokens-remaining"] = Rounded(rates.Input);
            headers["anthropic-ratelimit-input-tokens-reset"] = Time(rates.Input, now);
        }
        if (rates.Output.Limit >= 0)
        {
            headers["anthropic-ratelimit-output-tokens-limit"] = Number(rates.Output.Limit);
            headers["anthropic-ratelimit-output-tokens-remaining"] = Rounded(rates.Output);
            headers["anthropic-ratelimit-output-tokens-reset"] = Time(rates.Output, now);
        }
        if (rates.Tokens.Limit >= 0)
        {
            headers["anthropic-ratelimit-tokens-limit"] = Number(rates.Tokens.Limit);
            headers["anthropic-ratelimit-tokens-remaining"] = Rounded(rates.Tokens);
            headers["anthropic-ratelimit-tokens-reset"] = Time(rates.Tokens, now);
        }
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    // Tokens are told to the nearest thousand.
    private static string Rounded(RateReading reading) => Number((long)Math.Round(reading.Remaining / 1000, MidpointRounding.AwayFromZero) * 1000);

    private static string Time(RateReading reading, DateTimeOffset now) =>
        now.AddSeconds(Math.Ceiling(reading.SecondsToFull)).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
