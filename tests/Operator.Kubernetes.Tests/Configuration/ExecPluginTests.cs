using System.Text;
using System.Text.Json.Nodes;
using Operator.Kubernetes.Configuration;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Tests.Support;
using Operator.Testing;

namespace Operator.Kubernetes.Tests.Configuration;

public sealed class ExecPluginTests : IDisposable
{
    private const string V1 = "client.authentication.k8s.io/v1";
    private readonly TempFolder _folder = new();
    private readonly ManualTimeProvider _time = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("client.authentication.k8s.io/v1")]
    [InlineData("client.authentication.k8s.io/v1beta1")]
    public async Task The_plugin_gets_arguments_environment_and_cluster_and_gives_a_token(string version)
    {
        NeedsShell();
        _folder.Script("plugin.sh", $$"""
            printf '%s' "$KUBERNETES_EXEC_INFO" > "{{_folder.File("info")}}"
            printf '%s|%s|%s' "$1" "$2" "$EXTRA" > "{{_folder.File("args")}}"
            printf '{"apiVersion":"{{version}}","kind":"ExecCredential","status":{"token":"tok"} }'
            """);
        using var authority = TestCertificates.Authority();
        var data = Convert.ToBase64String(Encoding.UTF8.GetBytes(TestCertificates.Pem(authority)));
        var configuration = await LoadAsync(
            $"apiVersion: {version}, interactiveMode: IfAvailable, args: [one, 'two words'], env: [{{name: EXTRA, value: more}}], provideClusterInfo: true",
            $"{{server: 'https://a.test', tls-server-name: b.test, certificate-authority-data: {data}, extensions: [{{name: client.authentication.k8s.io/exec, extension: {{audience: me}}}}]}}");

        Assert.Equal("tok", await TokenAsync(configuration.Credentials));
        Assert.Equal("one|two words|more", File.ReadAllText(_folder.File("args")));
        var info = JsonNode.Parse(File.ReadAllText(_folder.File("info")))!;
        Assert.Equal((version, "ExecCredential"), (info["apiVersion"]!.ToString(), info["kind"]!.ToString()));
        var cluster = info["spec"]!["cluster"]!;
        Assert.Equal(("https://a.test", "b.test", data, "me"),
            (cluster["server"]!.ToString(), cluster["tls-server-name"]!.ToString(), cluster["certificate-authority-data"]!.ToString(), cluster["config"]!["audience"]!.ToString()));
        Assert.False(info["spec"]!["interactive"]!.GetValue<bool>());
    }

    [Fact]
    public async Task A_token_is_kept_until_it_expires()
    {
        NeedsShell();
        Counting($"\"token\":\"t$n\",\"expirationTimestamp\":\"{_time.GetUtcNow().AddMinutes(10):yyyy-MM-ddTHH:mm:ssZ}\"");
        var credentials = (await LoadAsync()).Credentials;

        Assert.Equal("t1", await TokenAsync(credentials));
        _time.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal("t1", await TokenAsync(credentials));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("t2", await TokenAsync(credentials));
    }

    [Fact]
    public async Task A_token_without_an_expiry_is_kept_until_it_is_refused()
    {
        NeedsShell();
        Counting("\"token\":\"t$n\"");
        var accepted = "t1";
        await using var api = await ApiStub.StartAsync(context => context.Request.Headers.Authorization == "Bearer " + accepted
            ? context.WriteAsync("""{"metadata":{}}""")
            : context.WriteAsync("{}", 401));
        using var client = new KubernetesClient(await LoadAsync(cluster: $"{{server: '{api.Address}'}}"));

        await client.GetAsync<V1ConfigMap>("a", "n");
        _time.Advance(TimeSpan.FromDays(30));
        await client.GetAsync<V1ConfigMap>("a", "n");
        accepted = "t2";
        await client.GetAsync<V1ConfigMap>("a", "n");
        Assert.Equal(["t1", "t1", "t1", "t2"], api.Requests.Select(r => r.Headers["Authorization"]["Bearer ".Length..]));

        accepted = "never";
        var error = await Assert.ThrowsAsync<KubernetesException>(() => client.GetAsync<V1ConfigMap>("a", "n"));
        Assert.Contains("from the credential plugin './plugin.sh' in kubeconfig", error.Message, StringComparison.Ordinal);
        Assert.Equal(6, api.Requests.Count);
    }

    [Fact]
    public async Task Requests_at_the_same_time_share_one_run()
    {
        NeedsShell();
        Counting("\"token\":\"t$n\"");
        var credentials = (await LoadAsync()).Credentials;

        var tokens = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => TokenAsync(credentials))));
        Assert.All(tokens, t => Assert.Equal("t1", t));
    }

    [Fact]
    public async Task A_client_certificate_reaches_the_server_and_a_new_one_takes_its_place()
    {
        NeedsShell();
        using var authority = TestCertificates.Authority();
        foreach (var name in new[] { "1", "2" })
        {
            using var made = TestCertificates.Client(authority, "user-" + name);
            var (certificate, key) = TestCertificates.ClientPem(made);
            _folder.Write("answer-" + name, new JsonObject
            {
                ["apiVersion"] = V1, ["kind"] = "ExecCredential",
                ["status"] = new JsonObject { ["clientCertificateData"] = certificate, ["clientKeyData"] = key },
            }.ToJsonString());
        }
        _folder.Write("which", "1");
        _folder.Script("plugin.sh", $"cat \"{_folder.Path}/answer-$(cat \"{_folder.File("which")}\")\"");
        var refused = "";
        await using var api = await ApiStub.StartAsync(
            async context => await context.WriteAsync(
                """{"metadata":{}}""", (await context.Connection.GetClientCertificateAsync())?.Subject == refused ? 401 : 200),
            TestCertificates.Server(authority), askForClientCertificate: true);
        _folder.Write("ca.crt", TestCertificates.Pem(authority));
        using var client = new KubernetesClient(await LoadAsync(cluster: $"{{server: '{api.Address}', certificate-authority: ca.crt}}"));

        await client.GetAsync<V1ConfigMap>("a", "n");
        Assert.Equal("CN=user-1", api.Last.ClientCertificate);
        _folder.Write("which", "2");
        refused = "CN=user-1";
        await client.GetAsync<V1ConfigMap>("a", "n");
        Assert.Equal(["CN=user-1", "CN=user-1", "CN=user-2"], api.Requests.Select(r => r.ClientCertificate));
    }

    [Theory]
    [InlineData("echo 'no login' >&2; exit 3", "it ended with code 3; it said: no login")]
    [InlineData("printf 'secret-but-not-json'", "its output of 19 characters is not JSON")]
    [InlineData("printf '{}'", "its output is not an ExecCredential")]
    [InlineData("""printf '{"kind":"ExecCredential","apiVersion":"other"}'""", "it answered in version 'other'")]
    [InlineData("""printf '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1"}'""", "its answer has no status")]
    [InlineData("""printf '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{}}'""", "neither a token nor a client certificate")]
    [InlineData("""printf '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":7}}'""", "status.token of its answer is not a string")]
    [InlineData("""printf '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"clientCertificateData":"x"}}'""", "both clientCertificateData and clientKeyData")]
    [InlineData("""printf '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"t","expirationTimestamp":"soon"}}'""", "expirationTimestamp 'soon' is not a time")]
    public async Task A_plugin_that_fails_is_named_with_what_it_said(string script, string expected)
    {
        NeedsShell();
        _folder.Script("plugin.sh", script);
        var configuration = await LoadAsync();

        var error = await Assert.ThrowsAsync<KubernetesConfigurationException>(async () => await configuration.Credentials.GetAsync(default));
        Assert.StartsWith($"The credential plugin './plugin.sh' (kubeconfig '{_folder.File("config")}': users[u].user.exec.command) failed: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plugin_that_is_not_there_comes_with_the_install_hint()
    {
        var configuration = await LoadAsync($"apiVersion: {V1}, interactiveMode: Never, installHint: 'Get it from the team page.'", command: "./none.sh");
        var error = await Assert.ThrowsAsync<KubernetesConfigurationException>(async () => await configuration.Credentials.GetAsync(default));
        Assert.Contains("could not be started", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("Get it from the team page.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_request_ends_the_plugin()
    {
        NeedsShell();
        _folder.Script("plugin.sh", $"echo $$ > \"{_folder.File("pid.new")}\"; mv \"{_folder.File("pid.new")}\" \"{_folder.File("pid")}\"; exec sleep 300");
        var configuration = await LoadAsync();
        using var cancellation = new CancellationTokenSource();
        var call = configuration.Credentials.GetAsync(cancellation.Token).AsTask();
        await WaitAsync(() => File.Exists(_folder.File("pid")));
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        var process = Path.Combine("/proc", File.ReadAllText(_folder.File("pid")).Trim(), "cmdline");
        // The kernel takes the process away a moment after the kill.
        await WaitAsync(() => CommandLine(process).Length == 0);
    }

    private static async Task WaitAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!condition()) await Task.Delay(20, patience.Token);
    }

    private static string CommandLine(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static void NeedsShell()
    {
        if (!File.Exists("/bin/sh")) Assert.Skip("There is no /bin/sh on this machine.");
    }

    private static async Task<string?> TokenAsync(KubernetesCredentials credentials) =>
        (await credentials.GetAsync(default)).Authorization!.Parameter;

    /// <summary>A plugin whose answer tells how often it has run.</summary>
    private void Counting(string status) => _folder.Script("plugin.sh", string.Join('\n',
        $"n=$(( $(cat \"{_folder.File("count")}\" 2>/dev/null || echo 0) + 1 ))",
        $"echo $n > \"{_folder.File("count")}\"",
        "cat <<END",
        $$"""{"apiVersion":"{{V1}}","kind":"ExecCredential","status":{ {{status}} } }""",
        "END",
        ""));

    private Task<KubernetesClientConfiguration> LoadAsync(
        string exec = $"apiVersion: {V1}, interactiveMode: Never", string cluster = "{server: 'https://a.test'}", string command = "./plugin.sh") =>
        Kubeconfigs.LoadAsync(_folder.Write("config", Kubeconfigs.With($"{{exec: {{command: {command}, {exec}}}}}", cluster)), _time);
}
