namespace Operator.Testing;

/// <summary>The programs of the machine that tests need beside the SDK.</summary>
public static class Programs
{
    /// <summary>Why a program cannot run on this machine, or null.</summary>
    public static string? MissingReason(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(d => File.Exists(Path.Combine(d, program)))
            ? null
            : $"{program} is not on PATH";
}
