using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Operator;
using Operator.Evals.Running;
using Operator.Probing;

// Exit codes: 0 when it was told to stop, 1 when it failed or lost its leadership, 2 for wrong arguments or settings.
if (args is ["eval", .. var rest])
{
    using var stop = new CancellationTokenSource();
    Console.CancelKeyPress += (_, e) =>
    {
        e.Cancel = true;
        stop.Cancel();
    };
    try
    {
        return await EvalCommand.RunAsync(rest, Environment.GetEnvironmentVariable, Console.Out, TimeProvider.System, stop.Token);
    }
    catch (OperationCanceledException) when (stop.IsCancellationRequested)
    {
        return 1;
    }
}
if (args is ["probe", .. var probed])
{
    using var transport = new SocketsHttpHandler { AllowAutoRedirect = false };
    return await ProbeCommand.RunAsync(probed, transport, Console.Out, CancellationToken.None);
}
if (args is not ([] or ["run"]))
{
    await Console.Error.WriteLineAsync($"unknown arguments '{string.Join(' ', args)}'; usage: {OperatorComposition.Name} [run] | {OperatorComposition.Name} eval ... | {OperatorComposition.Name} probe URL");
    return 2;
}

var host = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = OperatorComposition.Name });
host.Configuration.AddEnvironmentVariables(OperatorOptions.EnvironmentPrefix);
var (options, errors) = OperatorOptions.Read(host.Configuration);
if (errors.Count > 0)
{
    foreach (var error in errors) await Console.Error.WriteLineAsync(error);
    return 2;
}
host.Logging.ClearProviders();
if (options.JsonLog) host.Logging.AddJsonConsole();
else host.Logging.AddSimpleConsole(console => console.SingleLine = true);
host.Services.AddClaudeOperator(options);
using var application = host.Build();
try
{
    await application.RunAsync();
}
catch (Exception e) when (e is not OutOfMemoryException)
{
    await Console.Error.WriteLineAsync($"{OperatorComposition.Name} cannot run: {e.Message}");
    return 1;
}
return Environment.ExitCode;
