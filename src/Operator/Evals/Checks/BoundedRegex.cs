using System.Text.RegularExpressions;

namespace Operator.Evals.Checks;

/// <summary>Patterns of users: bounded in length, and in time where the linear engine cannot run them.</summary>
internal static class BoundedRegex
{
    /// <summary>The longest pattern in characters.</summary>
    public const int LongestPattern = 2048;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    /// <summary>Reads a pattern.</summary>
    /// <param name="pattern">The pattern in .NET's syntax.</param>
    /// <param name="problem">What is wrong; null when it was read.</param>
    public static Regex? Read(string pattern, out string? problem)
    {
        problem = null;
        if (pattern.Length is 0 or > LongestPattern)
        {
            problem = $"a pattern has 1 to {LongestPattern} characters";
            return null;
        }
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, Timeout);
        }
        catch (NotSupportedException)
        {
            // Lookarounds, backreferences or very large counts: these run in the other engine, with its timeout.
        }
        catch (ArgumentException exception)
        {
            problem = "not a pattern: " + Suites.SuiteError.Quote(exception.Message);
            return null;
        }
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant, Timeout);
        }
        catch (ArgumentException exception)
        {
            problem = "not a pattern: " + Suites.SuiteError.Quote(exception.Message);
            return null;
        }
    }

    /// <summary>Whether a pattern matches; null when that took too long to find out.</summary>
    public static bool? IsMatch(Regex pattern, string text)
    {
        try
        {
            return pattern.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }
}
