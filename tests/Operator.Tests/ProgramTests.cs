using System.Diagnostics;

namespace Operator.Tests;

/// <summary>The program as a process: what a container's exit code and log say.</summary>
public sealed class ProgramTests
{
    [Fact]
    public async Task Unknown_arguments_end_it_with_2_and_the_usage()
    {
        var (exit, error) = await RunAsync(["serve"]);
        Assert.Equal(2, exit);
        Assert.Contains("unknown arguments 'serve'; usage: claude-operator", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_settings_end_it_with_2_and_every_error()
    {
        var (exit, error) = await RunAsync(["run"], ("HealthPort", "x"), ("Namespace", "Team A"));
        Assert.Equal(2, exit);
        Assert.Contains("CLAUDE_OPERATOR_HealthPort", error, StringComparison.Ordinal);
        Assert.Contains("CLAUDE_OPERATOR_Namespace", error, StringComparison.Ordinal);
    }

    private static async Task<(int Exit, string Error)> RunAsync(string[] arguments, params (string Key, string Value)[] settings)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.ArgumentList.Add(Path.ChangeExtension(typeof(OperatorOptions).Assembly.Location, ".dll"));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (key, value) in settings) start.Environment[OperatorOptions.EnvironmentPrefix + key] = value;
        using var process = Process.Start(start) ?? throw new InvalidOperationException("The operator did not start.");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var error = await process.StandardError.ReadToEndAsync(patience.Token);
            await output;
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, error);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }
}
