namespace Operator.Evals.Suites;

/// <summary>Bounds of a suite. They keep the result of a run within a termination message.</summary>
internal static class SuiteLimits
{
    /// <summary>Cases, sentinels included.</summary>
    public const int Cases = 10_000;

    /// <summary>Bytes of all files together.</summary>
    public const int Bytes = 16 * 1024 * 1024;

    /// <summary>Bytes of a line.</summary>
    public const int LineBytes = 512 * 1024;

    /// <summary>Files.</summary>
    public const int Files = 200;

    /// <summary>Messages of a case.</summary>
    public const int Messages = 500;

    /// <summary>Checks of a case.</summary>
    public const int Checks = 32;

    /// <summary>Different slices.</summary>
    public const int Slices = 24;

    /// <summary>Characters of a slice's name.</summary>
    public const int SliceName = 40;

    /// <summary>Characters of a case's id.</summary>
    public const int CaseId = 100;

    /// <summary>The largest <c>maxTokens</c>.</summary>
    public const int MaxTokens = 128_000;

    /// <summary>Errors that are told; the rest is counted.</summary>
    public const int Errors = 50;
}
