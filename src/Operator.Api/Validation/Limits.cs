namespace Operator.Api.Validation;

/// <summary>Bounds of lists, numbers and durations. The schemas carry the same.</summary>
internal static class Limits
{
    public const int Fallbacks = 5;
    public const int SelectorLabels = 20;
    public const int Steps = 30;
    public const int EvalGates = 20;
    public const int LiveGates = 10;
    public const int WindowRevisions = 10;
    public const int MinRequests = 1_000_000_000;

    public const int ModelLimits = 50;
    public const int ModelsInALimit = 50;
    public const int AllowedNamespaces = 500;
    public const int Alerts = 10;
    public const int ShareWeight = 1000;
    public const long PerMinute = 1_000_000_000_000;
    public const int PerUserRequests = 1_000_000;

    public const int Slices = 200;
    public const int Cases = 1_000_000;
    public const int Attempts = 1000;
    public const int Text = 2048;

    public static readonly TimeSpan Step = TimeSpan.FromDays(30);
    public static readonly TimeSpan Warmup = TimeSpan.FromDays(1);
    public static readonly TimeSpan Timeout = TimeSpan.FromHours(1);
    public static readonly TimeSpan WindowAge = TimeSpan.FromDays(365);
    public static readonly TimeSpan Latency = TimeSpan.FromHours(1);
}
