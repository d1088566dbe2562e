using System.Text.Json;

namespace Operator.Evals.Checks;

/// <summary>Reads answers that are JSON.</summary>
internal static class AnswerJson
{
    /// <summary>The answer as JSON; null when it is none. Text around it, such as a code fence, makes it none: a program would stumble too.</summary>
    public static JsonDocument? Parse(string text)
    {
        try
        {
            return JsonDocument.Parse(text.AsMemory());
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            return null;
        }
    }
}
