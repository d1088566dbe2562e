using System.Text.Json.Serialization.Metadata;

namespace Operator.Kubernetes;

/// <summary>How a <see cref="KubernetesClient"/> behaves, whatever cluster it talks to.</summary>
public sealed record KubernetesClientOptions
{
    /// <summary>Source-generated JSON contexts that know the caller's entities; the built-in models are always known.</summary>
    public IReadOnlyList<IJsonTypeInfoResolver> JsonContexts { get; init; } = [];

    /// <summary>The field manager of writes that name none; null leaves the choice to the server. Apply patches need one.</summary>
    public string? FieldManager { get; init; }

    /// <summary>The user agent; null for the library's own.</summary>
    public string? UserAgent { get; init; }

    /// <summary>The time that a call may take, its answer's body included; of a watch, the time until it is accepted. Default 60 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long a watch with a <see cref="WatchOptions.Timeout"/> may outlive it before the client gives the connection up as dead.
    /// Default 30 s.
    /// </summary>
    public TimeSpan WatchGrace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The time that opening a connection may take, TLS included. Default 15 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The largest object, in bytes of JSON, that is read; larger ones are an error. Default 32 MiB.</summary>
    public int MaxObjectBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Called with every warning that the server sends along with an answer (deprecated versions, unknown fields).</summary>
    public Action<string>? OnWarning { get; init; }

    /// <summary>The clock of timeouts and of credentials that expire.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>
    /// Sends the requests in place of the client's own handler: for tests and in-process servers. TLS settings of the configuration
    /// do not apply to it; credentials do. The client does not dispose it.
    /// </summary>
    public HttpMessageHandler? Handler { get; init; }

    /// <summary>
    /// Puts a handler around the one that sends requests, whichever that is: for metrics and tracing. Called again when a new client
    /// certificate needs a new handler.
    /// </summary>
    public Func<HttpMessageHandler, HttpMessageHandler>? WrapHandler { get; init; }
}
