using System.Text;
using System.Text.Json;
using Operator.Contract;
using Operator.Evals.Suites;

namespace Operator.Evals.Running;

/// <summary>
/// The <c>eval</c> command: runs a suite against the limiter at <c>ANTHROPIC_BASE_URL</c>, writes a line for each case to the output and
/// the result to the termination message. It needs no rights at the API server, and writes neither prompts nor answers.
/// </summary>
public static class EvalCommand
{
    private const long LargestAnswer = 8 * 1024 * 1024;

    /// <summary>Runs the command.</summary>
    /// <param name="args">The arguments behind <c>eval</c>.</param>
    /// <param name="environment">Finds environment variables.</param>
    /// <param name="output">The output.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="cancellationToken">Ends the run without a result, so that it can be run again.</param>
    /// <returns>0 when there is a result, good or bad or an error of the evaluation; 2 for wrong arguments.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> args, Func<string, string?> environment, TextWriter output, TimeProvider? time = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(output);
        if (EvalCommandOptions.Parse(args, out var problem) is not { } options)
        {
            await output.WriteLineAsync($"{problem}; usage: {EvalCommandOptions.Usage}");
            return 2;
        }
        if (!Uri.TryCreate(environment("ANTHROPIC_BASE_URL"), UriKind.Absolute, out var baseUrl) || baseUrl.Scheme is not ("http" or "https"))
        {
            return await EndAsync(options, Failed(options, "ANTHROPIC_BASE_URL is not set to an http address: the pod has no limiter"), output);
        }
        IReadOnlyList<SuiteFile> files;
        string? system;
        try
        {
            files = SuiteFolder.Read(options.Suite);
            system = options.RevisionFile is { } path ? Prompt(await File.ReadAllBytesAsync(path, cancellationToken), options.Revision) : null;
        }
        catch (JsonException)
        {
            return await EndAsync(options, Failed(options, "the revision's content cannot be read, or is that of another revision"), output);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return await EndAsync(options, Failed(options, "the suite cannot be read: " + exception.GetType().Name), output);
        }
        var reading = SuiteReader.Read(files);
        if (reading.Suite is not { } suite) return await EndAsync(options, Failed(options, reading.Describe()), output);
        if (options.Digest is { } digest && digest != suite.Digest)
            return await EndAsync(options, Failed(options, "the suite has changed since the run was asked for") with { Digest = suite.Digest }, output);

        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false };
        using var http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LargestAnswer };
        var summary = await RunAsync(options, suite, system, http, baseUrl, environment("ANTHROPIC_API_KEY") ?? "", output, time ?? TimeProvider.System, cancellationToken);
        return await EndAsync(options, summary, output);
    }

    private static Task<RunSummary> RunAsync(
        EvalCommandOptions options, EvalSuite suite, string? system, HttpClient http, Uri baseUrl, string key, TextWriter output, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var client = new MessagesClient(
            http,
            new MessagesClientOptions { BaseUrl = baseUrl, ApiKey = key, Deployment = options.Deployment, VerifiesRevision = !options.Unverified },
            time,
            // Spreads retries, nothing more.
#pragma warning disable CA5394
            new Random());
#pragma warning restore CA5394
        var how = new EvalRunnerOptions
        {
            Revision = options.Revision,
            Model = options.Model,
            System = system,
            Concurrency = options.Concurrency,
            Deadline = options.Deadline,
        };
        return new EvalRunner(new CaseRunner(client, how, time), how, time).RunAsync(suite, report => output.WriteLine(report.ToLine()), cancellationToken);
    }

    private static string Prompt(byte[] content, string revision) =>
        JsonSerializer.Deserialize(content, ContractJsonContext.Default.RevisionConfiguration) is { SystemPrompt: { } prompt } read && read.Revision == revision
            ? prompt
            : throw new JsonException();

    private static RunSummary Failed(EvalCommandOptions options, string error) => new() { Revision = options.Revision, Error = error };

    private static async Task<int> EndAsync(EvalCommandOptions options, RunSummary summary, TextWriter output)
    {
        var bytes = RunSummaryText.Write(summary);
        await output.WriteLineAsync(Encoding.UTF8.GetString(bytes));
        await File.WriteAllBytesAsync(options.Result, bytes, CancellationToken.None);
        return 0;
    }
}
