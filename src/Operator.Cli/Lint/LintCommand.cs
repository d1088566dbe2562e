using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Operator.Cli.Cluster;
using Operator.Cli.Manifests;

namespace Operator.Cli.Lint;

/// <summary>Checks manifests before they are applied.</summary>
internal static class LintCommand
{
    public static Command Create()
    {
        var paths = new Argument<string[]>("paths") { Description = "Files and folders with manifests; - for standard input.", Arity = ArgumentArity.OneOrMore };
        var output = new Option<string>("--output", "-o") { Description = "text or json.", DefaultValueFactory = _ => "text" };
        output.AcceptOnlyFromAmong("text", "json");
        var command = new Command("lint", "Checks manifests without a cluster, with the code that admission runs. Exit 1 when there are errors.") { paths, output };
        command.SetAction(async (parsed, cancellation) =>
        {
            var (out_, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            IReadOnlyList<(string Name, string Text)> files;
            try
            {
                files = await ManifestInput.ReadAsync(parsed.GetValue(paths)!, cancellation);
            }
            catch (IOException problem)
            {
                await error.WriteLineAsync($"error: {problem.Message}");
                return ExitCode.Usage;
            }
            var findings = Linter.Check(files, DateTimeOffset.UtcNow);
            if (parsed.GetValue(output) == "json") await out_.WriteLineAsync(JsonSerializer.Serialize(findings, LintJson.Readable.IReadOnlyListLintFinding));
            else
            {
                foreach (var finding in findings) await out_.WriteLineAsync(finding.ToString());
                await error.WriteLineAsync($"{files.Count} {(files.Count == 1 ? "file" : "files")}: {findings.Count(f => f.Severity == "error")} errors, {findings.Count(f => f.Severity == "warning")} warnings");
            }
            return findings.Any(f => f.Severity == "error") ? ExitCode.Failed : ExitCode.Done;
        });
        return command;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(IReadOnlyList<LintFinding>))]
internal sealed partial class LintJson : JsonSerializerContext
{
    /// <summary>For people too: arrows and quotes as they are.</summary>
    public static LintJson Readable => new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
