namespace Benchmarks.Limiter;

/// <summary>What requests are sent to: a proxy, or the upstream itself.</summary>
/// <param name="Name">As it is called in figures.</param>
/// <param name="Address">Where it listens.</param>
/// <param name="Proxy">Null for the upstream.</param>
internal sealed record Target(string Name, Uri Address, Proxy? Proxy)
{
    /// <summary>Whether the benchmark goes on without it when it refuses requests: nothing is held against it.</summary>
    public bool IsOptional => Name == Peers.Portkey.PortkeyGateway.Name;

    /// <summary>An app that calls it. One that cannot keep up gets no more connections than it has use for, so that little of a round is left to do after it.</summary>
    public Load Load() => new(Address, Proxy?.Headers, IsOptional ? 256 : 2_048);
}
