namespace Operator.LocalCluster;

/// <summary>
/// A Kubernetes API server inside this process, for the one-command run and for tests: it listens on a free loopback port
/// over TLS, keeps everything in memory and is gone when it is disposed.
/// </summary>
public sealed partial class LocalClusterServer
{
}
