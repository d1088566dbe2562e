using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Operator.Kubernetes.Configuration;

/// <summary>A credential plugin: a program that prints an ExecCredential.</summary>
/// <param name="Command">The program, as the kubeconfig names it.</param>
/// <param name="Program">The program to start.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Environment">Variables added to the process's own.</param>
/// <param name="ApiVersion">The version of the protocol.</param>
/// <param name="Info">The content of KUBERNETES_EXEC_INFO.</param>
/// <param name="IsInteractive">Whether the plugin may use the terminal.</param>
/// <param name="InstallHint">What the kubeconfig says about installing the plugin.</param>
/// <param name="Origin">Where the plugin is configured.</param>
internal sealed record ExecPlugin(
    string Command, string Program, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment,
    string ApiVersion, string Info, bool IsInteractive, string? InstallHint, string Origin)
{
    private const int MaxOutput = 1024 * 1024;
    private const int MaxErrorText = 2000;
    private static readonly string[] Versions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];

    /// <summary>How long a plugin may run that asks nobody.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Reads the configuration of a plugin.</summary>
    public static ExecPlugin Read(ConfigNode exec, ConfigNode cluster, KubeconfigOptions options)
    {
        var version = exec.Text("apiVersion") ?? throw exec.Fault("apiVersion", "is missing");
        if (!Versions.Contains(version)) throw exec.Fault("apiVersion", $"'{version}' is not supported; supported are {string.Join(" and ", Versions)}");
        var command = exec.Text("command") ?? throw exec.Fault("command", "is missing");
        var mode = exec.Text("interactiveMode");
        if (mode is null && version.EndsWith("/v1", StringComparison.Ordinal)) throw exec.Fault("interactiveMode", "is missing: v1 plugins must say Never, IfAvailable or Always");
        if (mode is not (null or "Never" or "IfAvailable" or "Always"))
            throw exec.Fault("interactiveMode", $"'{mode}' is none of Never, IfAvailable and Always");
        if (mode == "Always" && !options.Interactive)
            throw exec.Fault("interactiveMode", $"the plugin '{command}' needs a terminal, and this program has none to offer");
        var interactive = options.Interactive && mode != "Never";
        return new ExecPlugin(
            command,
            // A bare name is looked up on PATH; anything with a separator is relative to the kubeconfig.
            command.AsSpan().IndexOfAny('/', Path.DirectorySeparatorChar) < 0 ? command : exec.Resolve(command),
            exec.Texts("args"),
            Variables(exec),
            version,
            ExecInfo.Write(version, interactive, exec.Flag("provideClusterInfo") ? cluster : null),
            interactive,
            exec.Text("installHint"),
            exec.Where("command"));
    }

    /// <summary>An error about this plugin.</summary>
    public KubernetesConfigurationException Fault(string problem, Exception? inner = null) =>
        new($"The credential plugin '{Command}' ({Origin}) failed: {problem}", inner);

    /// <summary>Runs the plugin and returns its answer.</summary>
    public async Task<JsonObject> RunAsync(CancellationToken cancellationToken)
    {
        using var process = Start();
        using var deadline = new CancellationTokenSource(IsInteractive ? System.Threading.Timeout.InfiniteTimeSpan : Timeout);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var errors = new StringBuilder();
        string output;
        try
        {
            if (!IsInteractive) process.StandardInput.Close();
            var reading = ReadAsync(process.StandardOutput, MaxOutput, linked.Token);
            var complaining = IsInteractive ? Task.FromResult("") : ReadAsync(process.StandardError, MaxOutput, linked.Token);
            output = await reading.ConfigureAwait(false);
            errors.Append(await complaining.ConfigureAwait(false));
            await process.WaitForExitAsync(linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            Kill(process);
            throw Fault($"it did not end within {Timeout.TotalSeconds:0} seconds", error);
        }
        catch
        {
            Kill(process);
            throw;
        }
        if (process.ExitCode != 0) throw Fault($"it ended with code {process.ExitCode}{Said(errors.ToString())}");
        return Parse(output, errors.ToString());
    }

    private static Dictionary<string, string> Variables(ConfigNode exec)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var item in exec.List("env"))
        {
            var at = $"env[{index++}]";
            if (item is not JsonObject entry) throw exec.Fault(at, "expected an object with name and value");
            var node = new ConfigNode(exec.File, exec.Path + "." + at, entry);
            variables[node.Text("name") ?? throw node.Fault("name", "is missing")] = node.Text("value") ?? "";
        }
        return variables;
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(Program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = !IsInteractive,
            RedirectStandardInput = !IsInteractive,
            UseShellExecute = false,
        };
        foreach (var argument in Arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in Environment) start.Environment[name] = value;
        start.Environment["KUBERNETES_EXEC_INFO"] = Info;
        try
        {
            return Process.Start(start) ?? throw Fault("it could not be started");
        }
        catch (Win32Exception error)
        {
            throw Fault($"it could not be started: {error.Message}{(InstallHint is null ? "" : $". {InstallHint.Trim()}")}", error);
        }
    }

    private async Task<string> ReadAsync(StreamReader reader, int limit, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        var chunk = new char[4096];
        int count;
        while ((count = await reader.ReadAsync(chunk, cancellationToken).ConfigureAwait(false)) > 0)
        {
            if (text.Length + count > limit) throw Fault($"it printed more than {limit} characters");
            text.Append(chunk, 0, count);
        }
        return text.ToString();
    }

    private JsonObject Parse(string output, string errors)
    {
        JsonObject? answer;
        try
        {
            answer = JsonNode.Parse(output) as JsonObject;
        }
        catch (JsonException error)
        {
            // The output may hold a secret, so only its length is told.
            throw Fault($"its output of {output.Length} characters is not JSON{Said(errors)}", error);
        }
        if (answer?["kind"]?.ToString() != "ExecCredential") throw Fault("its output is not an ExecCredential");
        var version = answer["apiVersion"]?.ToString();
        return version == ApiVersion ? answer : throw Fault($"it answered in version '{version}', the kubeconfig asks for '{ApiVersion}'");
    }

    private static string Said(string errors)
    {
        errors = ErrorReader.Clean(errors);
        if (errors.Length > MaxErrorText) errors = errors[..MaxErrorText];
        return errors.Length == 0 ? "" : $"; it said: {errors}";
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself meanwhile.
        }
    }
}
