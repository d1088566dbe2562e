using Microsoft.Extensions.Logging;

namespace Operator.Kubernetes;

/// <summary>Passes the server's warnings on: each to the callback every time, to the log once.</summary>
internal sealed partial class Warnings(Action<string>? onWarning, ILogger logger)
{
    /// <summary>How many different warnings are remembered; past that, new ones are no longer logged.</summary>
    private const int MaxRemembered = 256;

    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    public void Read(HttpResponseMessage response)
    {
        if (!response.Headers.NonValidated.TryGetValues("Warning", out var headers)) return;
        foreach (var text in WarningHeader.Read(headers))
        {
            if (IsNew(text)) Log.Warned(logger, text);
            onWarning?.Invoke(text);
        }
    }

    private bool IsNew(string text)
    {
        lock (_seen) return _seen.Count < MaxRemembered && _seen.Add(text);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The API server warns: {Text}")]
        public static partial void Warned(ILogger logger, string text);
    }
}
