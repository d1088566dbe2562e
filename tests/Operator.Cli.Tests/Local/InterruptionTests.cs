using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Operator.Cli.Tests.Local;

/// <summary><c>kubectl-claude local</c> as a process that is interrupted: nothing of it stays.</summary>
[Collection("local")]
public sealed class InterruptionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <param name="moment">Seconds after the start, or what a line holds that is waited for.</param>
    /// <param name="signals">What is sent, at once.</param>
    [Theory]
    [InlineData("0.3", "INT")]
    [InlineData("1", "INT")]
    [InlineData("3", "INT")]
    [InlineData("starting a cluster", "TERM")]
    [InlineData("installing the operator", "HUP")]
    [InlineData("support/ticket-triage: ", "INT")]
    [InlineData("ready", "INT INT")]
    public async Task Nothing_is_left_behind(string moment, string signals)
    {
        if (!await CanResetSignalsAsync()) Assert.Skip("env --default-signal is not here: a signal that the caller of the tests ignores would be ignored");
        var folder = Directory.CreateTempSubdirectory("interrupted-");
        try
        {
            var (code, output, error) = await InterruptAsync(folder, moment, signals.Split(' '));
            var left = Directory.GetFileSystemEntries(folder.FullName).Select(f => Path.GetFileName(f)!);
            if (output.Length == 0)
            {
                // On a busy machine the runtime itself may still be starting, which the signal ends; its own pipes are then not ours.
                Assert.Equal(130, code);
                left = left.Where(f => !f.StartsWith("clr-debug-pipe-", StringComparison.Ordinal) && !f.StartsWith("dotnet-diagnostic-", StringComparison.Ordinal));
            }
            else
            {
                Assert.Equal((0, ""), (code, error));
                Assert.EndsWith("stopped; nothing is left behind\n", output, StringComparison.Ordinal);
            }
            Assert.Empty(left);
            Assert.Empty(ProcessesWith(folder.FullName));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Without_kubectl_it_says_what_to_use_and_runs()
    {
        if (!await CanResetSignalsAsync()) Assert.Skip("env --default-signal is not here: a signal that the caller of the tests ignores would be ignored");
        var folder = Directory.CreateTempSubdirectory("alone-");
        try
        {
            var (code, output, error) = await InterruptAsync(folder, "installing the operator", ["INT"], path: folder.FullName);
            Assert.Equal((0, ""), (code, error));
            Assert.Contains("there is no kubectl on PATH, and nothing here needs it: kubectl-claude get, status", output, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_temporary_folder_that_cannot_be_used_is_told_with_what_names_another()
    {
        if (!await CanResetSignalsAsync()) Assert.Skip("this is a test of a process on Linux");
        var (code, output, error) = await InterruptAsync(new DirectoryInfo("/nowhere/at/all"), "starting a cluster", []);
        Assert.Equal(2, code);
        Assert.Contains("files cannot be kept below /nowhere/at/all/: ", error, StringComparison.Ordinal);
        Assert.Contains("with TMPDIR", error, StringComparison.Ordinal);
        Assert.DoesNotContain("kubeconfig", output, StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<(int Code, string Output, string Error)> InterruptAsync(DirectoryInfo folder, string moment, string[] signals, string? path = null)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Patience);
        using var process = Process.Start(new ProcessStartInfo("env", ["--default-signal=INT,TERM,HUP", Path.Combine(AppContext.BaseDirectory, "kubectl-claude"), "local"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
            Environment = { ["TMPDIR"] = folder.FullName, ["PATH"] = path ?? Environment.GetEnvironmentVariable("PATH"), ["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..")) },
        })!;
        try
        {
            var error = process.StandardError.ReadToEndAsync(deadline.Token);
            var output = new StringWriter { NewLine = "\n" };
            if (double.TryParse(moment, CultureInfo.InvariantCulture, out var seconds))
            {
                await Task.Delay(TimeSpan.FromSeconds(seconds), deadline.Token);
            }
            else
            {
                string line;
                do await output.WriteLineAsync(line = await process.StandardOutput.ReadLineAsync(deadline.Token) ?? throw new InvalidOperationException($"it ended without '{moment}': {output}{await error}"));
                while (!line.Contains(moment, StringComparison.Ordinal));
            }
            using var kill = Process.Start("/bin/sh", ["-c", string.Join("; ", signals.Select(s => $"kill -{s} {process.Id}"))]);
            await kill.WaitForExitAsync(deadline.Token);
            await output.WriteAsync(await process.StandardOutput.ReadToEndAsync(deadline.Token));
            await process.WaitForExitAsync(deadline.Token);
            return (process.ExitCode, output.ToString(), await error);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    private static async Task<bool> CanResetSignalsAsync()
    {
        if (!OperatingSystem.IsLinux()) return false;
        using var env = Process.Start(new ProcessStartInfo("env", ["--default-signal=INT", "true"]) { RedirectStandardError = true })!;
        await env.WaitForExitAsync(TestContext.Current.CancellationToken);
        return env.ExitCode == 0;
    }

    /// <summary>The processes that were given a temporary folder, children of children among them.</summary>
    private static List<string> ProcessesWith(string folder)
    {
        List<string> found = [];
        foreach (var process in Directory.GetDirectories("/proc").Where(d => int.TryParse(Path.GetFileName(d), CultureInfo.InvariantCulture, out _)))
        {
            try
            {
                if (File.ReadAllText(Path.Combine(process, "environ")).Contains("TMPDIR=" + folder, StringComparison.Ordinal)) found.Add(File.ReadAllText(Path.Combine(process, "cmdline")));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // It has ended meanwhile, or is somebody else's.
            }
        }
        return found;
    }
}
