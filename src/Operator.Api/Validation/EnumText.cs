namespace Operator.Api.Validation;

/// <summary>Names of enum values as users write them.</summary>
internal static class EnumText
{
    /// <summary>The name of a value in the API.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => value switch
        {
            Effort effort => effort.ToString().ToLowerInvariant(),
            ThinkingMode.BetweenTools => "between_tools",
            ThinkingMode mode => mode.ToString().ToLowerInvariant(),
            LiveMetric metric => char.ToLowerInvariant(metric.ToString()[0]) + metric.ToString()[1..],
            _ => value.ToString(),
        };
}
