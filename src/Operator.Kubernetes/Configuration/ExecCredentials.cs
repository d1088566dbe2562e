using System.Net.Security;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Operator.Kubernetes.Configuration;

/// <summary>
/// Credentials from a plugin program (client.authentication.k8s.io). They are kept until they expire; a 401 asks the plugin once more.
/// Requests that come while it runs wait for the same run.
/// </summary>
#pragma warning disable CA1001 // A SemaphoreSlim whose wait handle nobody asks for holds nothing to dispose.
internal sealed class ExecCredentials : KubernetesCredentials
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly ExecPlugin _plugin;
    private readonly SslStreamCertificateContext? _certificate;
    private readonly TimeProvider _time;
    private volatile Entry? _entry;

    private ExecCredentials(ExecPlugin plugin, SslStreamCertificateContext? certificate, TimeProvider time)
        : base($"from the credential plugin '{plugin.Command}' in {plugin.Origin}")
    {
        _plugin = plugin;
        _certificate = certificate;
        _time = time;
    }

    public static ExecCredentials Create(
        ConfigNode exec, ConfigNode cluster, SslStreamCertificateContext? certificate, KubeconfigOptions options) =>
        new(ExecPlugin.Read(exec, cluster, options), certificate, options.TimeProvider);

    internal override async ValueTask<Credential> GetAsync(CancellationToken cancellationToken)
    {
        if (_entry is { } entry && IsFresh(entry)) return entry.Credential;
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_entry is { } current && IsFresh(current)) return current.Credential;
            return (await RunAsync(cancellationToken).ConfigureAwait(false)).Credential;
        }
        finally
        {
            _gate.Release();
        }
    }

    internal override async ValueTask<Credential?> RefreshAsync(Credential rejected, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_entry is { } current && !ReferenceEquals(current.Credential, rejected)) return current.Credential;
            return (await RunAsync(cancellationToken).ConfigureAwait(false)).Credential;
        }
        finally
        {
            _gate.Release();
        }
    }

    private bool IsFresh(Entry entry) => entry.Expires is not { } expires || _time.GetUtcNow() < expires;

    private async Task<Entry> RunAsync(CancellationToken cancellationToken)
    {
        var answer = await _plugin.RunAsync(cancellationToken).ConfigureAwait(false);
        var status = answer["status"] as JsonObject ?? throw _plugin.Fault("its answer has no status");
        var token = Text(status, "token");
        var certificate = Certificate(status) ?? _certificate;
        if (token is null && Text(status, "clientCertificateData") is null)
            throw _plugin.Fault("its answer has neither a token nor a client certificate");
        var former = _entry?.Credential;
        var credential = token is null ? new Credential(null, certificate) : Credential.Bearer(token.Trim(), certificate);
        // An unchanged answer keeps the identity of the credential, and with it the connections.
        if (former == credential) credential = former;
        return _entry = new Entry(credential, Expiry(status)) { Pem = (Text(status, "clientCertificateData"), Text(status, "clientKeyData")) };
    }

    private SslStreamCertificateContext? Certificate(JsonObject status)
    {
        var (certificate, key) = (Text(status, "clientCertificateData"), Text(status, "clientKeyData"));
        if (certificate is null && key is null) return null;
        if (certificate is null || key is null)
            throw _plugin.Fault("its answer must have both clientCertificateData and clientKeyData, or neither");
        if (_entry is { } entry && entry.Pem == (certificate, key)) return entry.Credential.ClientCertificate;
        try
        {
            return PemCertificates.Client(Encoding.UTF8.GetBytes(certificate), Encoding.UTF8.GetBytes(key));
        }
        catch (CryptographicException error)
        {
            throw _plugin.Fault($"its client certificate cannot be used: {error.Message}", error);
        }
    }

    private DateTimeOffset? Expiry(JsonObject status)
    {
        if (Text(status, "expirationTimestamp") is not { } text) return null;
        return DateTimeOffset.TryParse(
            text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw _plugin.Fault($"its expirationTimestamp '{text}' is not a time");
    }

    private string? Text(JsonObject status, string field) => status[field] switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>() is { Length: > 0 } text ? text : null,
        _ => throw _plugin.Fault($"status.{field} of its answer is not a string"),
    };

    private sealed record Entry(Credential Credential, DateTimeOffset? Expires)
    {
        public (string? Certificate, string? Key) Pem { get; init; }
    }
}
