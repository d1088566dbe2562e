using Operator.Kubernetes.Configuration;
using Operator.Kubernetes.Tests.Support;
using Operator.Testing;

namespace Operator.Kubernetes.Tests.Configuration;

public sealed class LoadTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Dictionary<string, string> _environment = [];

    public void Dispose() => _folder.Dispose();

    [Theory]
    // path, KUBECONFIG, pod, home, context asked for: which wins
    [InlineData(true, true, true, true, null, "path.test")]
    [InlineData(false, true, true, true, null, "variable.test")]
    [InlineData(false, false, true, true, null, "10.0.0.1")]
    [InlineData(false, false, false, true, null, "home.test")]
    [InlineData(false, false, true, true, "x", "home.test")]
    public async Task The_first_source_that_is_there_wins(bool path, bool variable, bool pod, bool home, string? context, string expected)
    {
        var file = path ? Config("path") : null;
        if (variable) _environment["KUBECONFIG"] = Config("variable");
        if (pod) Pod();
        if (home) Config("home", ".kube/config");

        var configuration = await KubernetesClientConfiguration.LoadAsync(new() { Path = file, Context = context }, Sources(), default);
        Assert.Equal(expected, configuration.Server.Host);
    }

    [Fact]
    public async Task With_nothing_at_all_the_message_says_where_it_looked()
    {
        var error = await Assert.ThrowsAsync<KubernetesConfigurationException>(
            () => KubernetesClientConfiguration.LoadAsync(new(), Sources(), default));
        Assert.Contains("KUBECONFIG is not set, this is not a pod, and '", error.Message, StringComparison.Ordinal);
        Assert.Contains(_folder.File(".kube"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pod_is_read_from_its_files()
    {
        Pod();
        _environment["KUBERNETES_SERVICE_HOST"] = "fd00::1";
        var configuration = InClusterConfiguration.Load(Sources(), TimeProvider.System);

        Assert.Equal(new Uri("https://[fd00::1]:443"), configuration.Server);
        Assert.Equal("team-a", configuration.Namespace);
        Assert.Single(configuration.CertificateAuthorities!);
    }

    [Fact]
    public void A_pod_without_its_token_or_authority_says_which_file_is_missing()
    {
        Pod();
        File.WriteAllText(_folder.File("serviceaccount/ca.crt"), "nonsense");
        var error = Assert.Throws<KubernetesConfigurationException>(() => InClusterConfiguration.Load(Sources(), TimeProvider.System));
        Assert.Contains(_folder.File("serviceaccount/ca.crt"), error.Message, StringComparison.Ordinal);

        File.Delete(_folder.File("serviceaccount/token"));
        error = Assert.Throws<KubernetesConfigurationException>(() => InClusterConfiguration.Load(Sources(), TimeProvider.System));
        Assert.Contains("serviceaccount/token' does not exist. Is automountServiceAccountToken", error.Message, StringComparison.Ordinal);

        _environment.Clear();
        error = Assert.Throws<KubernetesConfigurationException>(() => InClusterConfiguration.Load(Sources(), TimeProvider.System));
        Assert.Contains("does not run in a pod", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_file_is_read_again_after_a_minute_and_at_once_after_a_401()
    {
        var file = _folder.Write("token", "one\n");
        var time = new ManualTimeProvider();
        var accepted = "one";
        await using var api = await ApiStub.StartAsync(context => context.Request.Headers.Authorization == "Bearer " + accepted
            ? context.WriteAsync("""{"metadata":{}}""")
            : context.WriteAsync("{}", 401));
        using var client = api.Client(credentials: KubernetesCredentials.FromTokenFile(file, time));
        Task Call() => client.GetAsync<Operator.Kubernetes.Models.V1ConfigMap>("a", "n");

        await Call();
        File.WriteAllText(file, "two");
        await Call();
        Assert.Equal("Bearer one", api.Last.Headers["Authorization"]);
        time.Advance(TimeSpan.FromMinutes(1));
        accepted = "two";
        await Call();
        Assert.Equal(3, api.Requests.Count);

        File.WriteAllText(file, "three");
        accepted = "three";
        await Call();
        Assert.Equal(["Bearer two", "Bearer three"], api.Requests.Skip(3).Select(r => r.Headers["Authorization"]));

        accepted = "four";
        var error = await Assert.ThrowsAsync<KubernetesException>(Call);
        Assert.Contains($"the token in '{file}'", error.Message, StringComparison.Ordinal);
        Assert.Equal(6, api.Requests.Count);
    }

    [Fact]
    public async Task A_token_file_that_vanishes_for_a_moment_leaves_the_last_token_in_use()
    {
        var file = _folder.Write("token", "one");
        var time = new ManualTimeProvider();
        var credentials = KubernetesCredentials.FromTokenFile(file, time);
        var first = await credentials.GetAsync(default);
        File.Delete(file);
        time.Advance(TimeSpan.FromMinutes(2));

        Assert.Same(first, await credentials.GetAsync(default));
        Assert.Null(await credentials.RefreshAsync(first, default));
        await Assert.ThrowsAsync<KubernetesConfigurationException>(
            async () => await KubernetesCredentials.FromTokenFile(file, time).GetAsync(default));
    }

    private string Config(string name, string? file = null) =>
        _folder.Write(file ?? name, Kubeconfigs.With(cluster: $"{{server: 'https://{name}.test'}}"));

    private void Pod()
    {
        using var authority = TestCertificates.Authority();
        _folder.Write("serviceaccount/token", "t");
        _folder.Write("serviceaccount/namespace", "team-a\n");
        _folder.Write("serviceaccount/ca.crt", TestCertificates.Pem(authority));
        _environment["KUBERNETES_SERVICE_HOST"] = "10.0.0.1";
        _environment["KUBERNETES_SERVICE_PORT"] = "443";
    }

    private ConfigurationSources Sources() => new(_environment.GetValueOrDefault, _folder.Path, _folder.File("serviceaccount"));
}
