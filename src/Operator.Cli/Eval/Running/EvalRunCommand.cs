using System.CommandLine;
using System.Text.Json;
using Operator.Api;
using Operator.Cli.Cluster;

namespace Operator.Cli.Eval.Running;

/// <summary>Runs a suite from the shell, with the runner of the operator's Job.</summary>
internal static class EvalRunCommand
{
    private const int MostConcurrent = 256;

    /// <summary>The command.</summary>
    /// <param name="named">The deployment that may stand before the command's name.</param>
    public static Command Create(Argument<string?> named)
    {
        var suite = new Option<string?>("--suite") { Description = "Cases: a .jsonl file, a folder of such files, or manifests of the suite's ConfigMaps. By default that of the deployment's gate." };
        var suiteName = new Option<string?>("--suite-name") { Description = "The suite, where the manifests hold several." };
        var model = new Option<string?>("--model") { Description = "The model. By default the deployment's." };
        var prompt = new Option<string?>("--prompt") { Description = "The system prompt: a text file, or the manifest of its ConfigMap. By default the deployment's." };
        var promptVersion = new Option<string?>("--prompt-version") { Description = "The version, where the manifest holds several." };
        var maxTokens = new Option<int?>("--max-tokens") { Description = "The longest answer in tokens; goes before that of the deployment and those of the cases." };
        var deployment = new Option<string?>("--deployment") { Description = "A ClaudeDeployment: takes from the cluster what is not given here. Only reads." };
        var revision = new Option<string>("--revision") { Description = "Which revision of the deployment: declared (what its spec says now) or stable.", DefaultValueFactory = _ => "declared" };
        revision.AcceptOnlyFromAmong("declared", "stable");
        var gate = new Option<string?>("--gate") { Description = "The gate of the deployment whose suite and thresholds hold. By default the only one with a suite." };
        var passRate = new Option<Percent?>("--pass-rate") { Description = "The share of cases that must pass, such as 95%. By default the gate's; without any, every run that ends is exit 0.", CustomParser = PassRate };
        var upstream = new Option<string?>("--upstream") { Description = "The API. By default ANTHROPIC_BASE_URL, then https://api.anthropic.com. Costs money." };
        var keyFile = new Option<string?>("--key-file") { Description = "A file with the API key. By default ANTHROPIC_API_KEY." };
        var concurrency = new Option<int>("--concurrency") { Description = $"Calls at the same time, 1 to {MostConcurrent}.", DefaultValueFactory = _ => 8 };
        concurrency.Validators.Add(result =>
        {
            // What is no number at all is told already.
            if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, out var calls) && calls is < 1 or > MostConcurrent) result.AddError($"--concurrency: must be from 1 to {MostConcurrent}, not {calls}");
        });
        var timeout = Durations.Option("--timeout", "How long the whole run may take, such as 90s or 1h30m; a plain number is seconds.", TimeSpan.FromMinutes(30));
        var showAnswers = new Option<bool>("--show-answers") { Description = "Shows what the model answered: of failed cases, or with -o json of all. Content is never shown otherwise." };
        var output = new Option<string>("--output", "-o") { Description = "table or json.", DefaultValueFactory = _ => "table" };
        output.AcceptOnlyFromAmong("table", "json");
        var command = new Command("run", "Runs a suite from this machine and judges it as the operator does. Stores nothing. Exit 0 when it passed, 1 when not, 2 for wrong input, 3 without a result.")
        {
            suite, suiteName, model, prompt, promptVersion, maxTokens, deployment, revision, gate, passRate, upstream, keyFile, concurrency, timeout, showAnswers, output,
        }.WithCluster();
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed,
            new EvalRunRequest
            {
                Deployment = parsed.GetValue(deployment) ?? parsed.GetValue(named),
                Stable = parsed.GetValue(revision) == "stable",
                Gate = parsed.GetValue(gate),
                Suite = parsed.GetValue(suite),
                SuiteName = parsed.GetValue(suiteName),
                Model = parsed.GetValue(model),
                Prompt = parsed.GetValue(prompt),
                PromptVersion = parsed.GetValue(promptVersion),
                MaxTokens = parsed.GetValue(maxTokens),
                PassRate = parsed.GetValue(passRate),
                Upstream = parsed.GetValue(upstream),
                KeyFile = parsed.GetValue(keyFile),
                Concurrency = parsed.GetValue(concurrency),
                Timeout = parsed.GetValue(timeout),
                Json = parsed.GetValue(output) == "json",
                ShowAnswers = parsed.GetValue(showAnswers),
            },
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, EvalRunRequest request, CancellationToken cancellationToken)
    {
        var (output, error, time) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, TimeProvider.System);
        void Note(string text) => error.WriteLine($"warning: {text}");
        try
        {
            if (request.SuiteName is not null && request.Suite is null) throw new CliException(ExitCode.Usage, "--suite-name chooses among the suites of --suite, which is not given");
            if (request.PromptVersion is not null && request.Prompt is null) throw new CliException(ExitCode.Usage, "--prompt-version chooses among the versions of --prompt, which is not given");
            var upstream = await UpstreamInput.ReadAsync(request.Upstream, request.KeyFile, Environment.GetEnvironmentVariable, cancellationToken);
            EvalSubject? subject = null;
            if (request.Deployment is null) subject = await EvalSubjects.OfFilesAsync(request, Note, time.GetUtcNow(), cancellationToken);
            else
            {
                var code = await ClusterOptions.RunAsync(
                    parsed,
                    async (_, session, token) =>
                    {
                        subject = await DeploymentSubject.ReadAsync(session, request, Note, time.GetUtcNow(), token);
                        return ExitCode.Done;
                    },
                    cancellationToken);
                if (subject is null) return code;
            }
            if (upstream.IsOpen) Note($"the key goes to {upstream.Address.Host} unencrypted; use https");
            var result = await new EvalExecution(subject, upstream, request, error, time).RunAsync(cancellationToken);
            if (request.Json) await output.WriteLineAsync(JsonSerializer.Serialize(result, EvalRunJson.Readable.EvalRunResult));
            else EvalRunText.Write(output, result);
            if (result.Error is { } problem) await error.WriteLineAsync($"error: no result: {problem}");
            return result switch
            {
                { Error: not null } => ExitCode.NoResult,
                { Verdict: null or nameof(Verdict.Pass) } => ExitCode.Done,
                _ => ExitCode.Failed,
            };
        }
        catch (CliException problem)
        {
            await error.WriteLineAsync($"error: {problem.Message}");
            return problem.Code;
        }
    }

    private static Percent? PassRate(System.CommandLine.Parsing.ArgumentResult result)
    {
        var given = new Percent(result.Tokens[0].Value);
        if (given.TryGetBasisPoints(out _)) return given;
        result.AddError($"--pass-rate: '{given.Text}' is no share; write one such as 95% or 97.5%");
        return null;
    }
}
