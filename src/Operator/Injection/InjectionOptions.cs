using Operator.Contract;

namespace Operator.Injection;

/// <summary>What a limiter sidecar is made of. All of it comes from the operator's own configuration, nothing from pods.</summary>
public sealed class InjectionOptions
{
    /// <summary>The limiter's image; it should be named by its digest.</summary>
    public string Image { get; set; } = "claude-limiter";

    /// <summary>When the kubelet pulls the image; null for its default.</summary>
    public string? ImagePullPolicy { get; set; }

    /// <summary>The user and group that the limiter runs as; above 0. Default 65532.</summary>
    public long User { get; set; } = 65532;

    /// <summary>CPU that the limiter asks for; null for none. Default 50m.</summary>
    public string? CpuRequest { get; set; } = "50m";

    /// <summary>Memory that the limiter asks for; null for none. Default 64Mi.</summary>
    public string? MemoryRequest { get; set; } = "64Mi";

    /// <summary>CPU that the limiter may use; null, the default, for no bound: a throttled proxy slows every request.</summary>
    public string? CpuLimit { get; set; }

    /// <summary>Memory that the limiter may use; null for no bound. Default 256Mi.</summary>
    public string? MemoryLimit { get; set; } = "256Mi";

    /// <summary>The port on the pod's loopback address that apps call. 1 to 65535, default 8787.</summary>
    public int ListenPort { get; set; } = LimiterPod.ListenPort;

    /// <summary>The port of the limiter's health and metrics. 1 to 65535, default 8788.</summary>
    public int HealthPort { get; set; } = LimiterPod.HealthPort;

    /// <summary>The base address of the Claude API.</summary>
    public Uri Upstream { get; set; } = new("https://api.anthropic.com");

    /// <summary>The base address of the operator for limiters; null for limiters that live from their files alone.</summary>
    public Uri? OperatorAddress { get; set; }

    /// <summary>Where limiters send traces and metrics; null for nowhere.</summary>
    public LimiterTelemetry? Telemetry { get; set; }

    /// <summary>The audience of the token that a limiter shows to the operator; no other server accepts it.</summary>
    public string TokenAudience { get; set; } = "claude-operator";

    /// <summary>How long such a token lives; the kubelet renews it at 80 %. At least 10 minutes, default 1 hour.</summary>
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The ConfigMap, in each namespace with limiters, that holds what they trust when talking to the operator.</summary>
    public string AuthorityConfigMap { get; set; } = "claude-operator-ca-bundle";

    /// <summary>Namespaces whose pods never get a limiter; the operator's own is added at the start.</summary>
    public ISet<string> ExcludedNamespaces { get; } = new HashSet<string>(StringComparer.Ordinal) { "kube-system", "kube-public", "kube-node-lease" };

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="InvalidOperationException">A value is out of its range; the message names it.</exception>
    public void Validate()
    {
        if (string.IsNullOrWhiteSpace(Image)) throw new InvalidOperationException($"{nameof(Image)} is empty; name the limiter's image.");
        if (User <= 0) throw new InvalidOperationException($"{nameof(User)} is {User}; the limiter never runs as root: use a number above 0.");
        CheckPort(nameof(ListenPort), ListenPort);
        CheckPort(nameof(HealthPort), HealthPort);
        if (ListenPort == HealthPort) throw new InvalidOperationException($"{nameof(ListenPort)} and {nameof(HealthPort)} are both {ListenPort}; they must differ.");
        if (TokenLifetime < TimeSpan.FromMinutes(10))
            throw new InvalidOperationException($"{nameof(TokenLifetime)} is {TokenLifetime}; the API server grants no less than 10 minutes.");
        if (!Upstream.IsAbsoluteUri || Upstream.Scheme is not ("https" or "http") || Upstream.UserInfo.Length > 0)
            throw new InvalidOperationException($"{nameof(Upstream)} must be an absolute http or https address without credentials.");
    }

    private static void CheckPort(string name, int port)
    {
        if (port is < 1 or > 65535) throw new InvalidOperationException($"{name} is {port}; ports are 1 to 65535.");
    }
}
