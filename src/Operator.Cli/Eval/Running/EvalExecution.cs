using System.Collections.Concurrent;
using Operator.Api;
using Operator.Catalog;
using Operator.Cli.Cluster;
using Operator.Contract;
using Operator.Evals.Running;

namespace Operator.Cli.Eval.Running;

/// <summary>Runs a suite on this machine with the runner of the operator's Job.</summary>
/// <param name="subject">What is evaluated.</param>
/// <param name="upstream">Where answers come from.</param>
/// <param name="request">The command line.</param>
/// <param name="error">Progress.</param>
/// <param name="time">The clock.</param>
internal sealed class EvalExecution(EvalSubject subject, UpstreamInput upstream, EvalRunRequest request, TextWriter error, TimeProvider time)
{
    private const long LargestAnswer = 8 * 1024 * 1024;
    private static readonly TimeSpan Greeting = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<string, string> _answers = new(StringComparer.Ordinal);

    /// <summary>Runs it. Ctrl-C gives what was done so far, as a run without a result.</summary>
    /// <exception cref="CliException">The upstream cannot be reached.</exception>
    public async Task<EvalRunResult> RunAsync(CancellationToken cancellationToken)
    {
        // With the delivery `Flag` the tool sends the prompt itself, and a limiter puts in the rest of the revision.
        var served = subject.SendsPrompt ? subject.Content with { SystemPrompt = null } : subject.Content;
        using var handler = new RevisionHandler(
            served, Model(served.Model), subject.Deployment is not null,
            new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = !upstream.Address.IsLoopback });
        using var http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LargestAnswer };
        var options = new EvalRunnerOptions
        {
            Revision = subject.Content.Revision,
            Model = subject.Content.Model,
            System = subject.SendsPrompt ? subject.Content.SystemPrompt : null,
            Concurrency = request.Concurrency,
            Deadline = request.Timeout,
        };
        var client = new MessagesClient(
            http,
            // Nothing starts beside this runner, and nothing behind the address names revisions.
            new MessagesClientOptions { BaseUrl = upstream.Address, ApiKey = upstream.Key, Deployment = subject.Deployment ?? EvalSubjects.OwnGate, VerifiesRevision = false, Startup = TimeSpan.Zero },
            time,
            // Spreads retries, nothing more.
#pragma warning disable CA5394
            new Random());
#pragma warning restore CA5394
        var runner = new CaseRunner(client, options, time) { Answered = request.ShowAnswers ? (@case, answer) => _answers[@case.Id] = answer : null };
        var done = new List<CaseReport>();
        using var progress = new EvalProgress(error, subject.Suite.Suite.Cases.Length, time);
        try
        {
            await GreetAsync(http, cancellationToken);
            var summary = await new EvalRunner(runner, options, time).RunAsync(subject.Suite.Suite, report =>
            {
                done.Add(report);
                progress.Done(report.Passed);
            }, cancellationToken);
            return EvalRunResults.Of(subject, summary, done, _answers);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            var stopped = new RunSummary { Revision = subject.Content.Revision, Usage = UsageTotals.Sum(runner.Spent), Error = "the run was interrupted" };
            return EvalRunResults.Of(subject, stopped, done, _answers);
        }
    }

    /// <summary>Fails at once, and with the cause, where the runner would patiently try again. Any answer will do.</summary>
    private async Task GreetAsync(HttpClient http, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Greeting, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        var place = upstream.Address.GetLeftPart(UriPartial.Authority);
        try
        {
            using var hello = new HttpRequestMessage(HttpMethod.Head, new Uri(upstream.Address.AbsoluteUri.TrimEnd('/') + "/api/hello"));
            using var answer = await http.SendAsync(hello, either.Token);
        }
        catch (HttpRequestException problem)
        {
            throw new CliException(ExitCode.NoResult, $"{place} cannot be reached: {problem.InnerException?.Message ?? problem.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CliException(ExitCode.NoResult, $"{place} gives no answer within {GoDuration.From(Greeting)}");
        }
    }

    // The rules of a model that the catalogue does not have play no part: nothing is fallen back to.
    private static ModelConfiguration Model(string id) =>
        ModelCatalog.Shipped.Find(id) is { } match ? ModelCatalog.Shipped.Render(match.Model) : new ModelConfiguration { Id = id, Group = id, Prices = [] };
}
