using System.Diagnostics;
using Operator.Testing;

namespace Benchmarks.Limiter.Peers;

/// <summary>The limiter as its image holds it, self-contained, trimmed and compiled ahead of time: what is built beside this program is not.</summary>
internal static class PublishedLimiter
{
    /// <summary>Names a program that was published before.</summary>
    private const string Variable = "LIMITER";

    private static readonly Lazy<Task<string>> Published = new(PublishAsync);

    /// <summary>The file of the program: the one that the variable LIMITER names, or one that is published now, once, in about a minute.</summary>
    /// <exception cref="InvalidOperationException">It could not be published.</exception>
    public static Task<string> ProgramAsync() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } program ? Task.FromResult(program) : Published.Value;

    private static async Task<string> PublishAsync()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "published-limiter");
        await Console.Error.WriteLineAsync($"The limiter is published first, which takes about a minute; {Variable} may name the file of one that was published before.");
        // No servers of the build stay behind: they would take the time of what is measured.
        string[] arguments =
            ["publish", Repository.PathOf("src", "Operator.Limiter"), "--configuration", "Release", "--output", folder, "-nodeReuse:false", "-p:UseSharedCompilation=false", "--nologo"];
        using var publish = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        var output = await publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync();
        if (publish.ExitCode != 0)
            throw new InvalidOperationException($"The limiter could not be published; {Variable} may name the file of one that was:{Environment.NewLine}{output}");
        return Path.Combine(folder, "Operator.Limiter");
    }
}
