using System.Text.Json;

namespace Operator.Evals.Judging;

/// <summary>What a judge said.</summary>
/// <param name="Score">0 to 10.</param>
/// <param name="Reason">Why.</param>
internal sealed record JudgeVerdict(decimal Score, string Reason)
{
    /// <summary>Reads a verdict: one JSON object with a score and a reason, nothing else and nothing around it.</summary>
    /// <returns>Null when the text is anything else.</returns>
    public static JudgeVerdict? Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text.AsMemory());
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || root.EnumerateObject().Count() != 2) return null;
            return root.TryGetProperty("score", out var score) && score.ValueKind == JsonValueKind.Number
                && score.TryGetDecimal(out var value) && value is >= 0 and <= 10
                && root.TryGetProperty("reason", out var reason) && reason.ValueKind == JsonValueKind.String
                ? new JudgeVerdict(value, reason.GetString()!)
                : null;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }
}
