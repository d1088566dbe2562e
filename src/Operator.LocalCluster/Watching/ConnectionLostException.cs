namespace Operator.LocalCluster.Watching;

/// <summary>A fault asks that the connection breaks instead of an answer.</summary>
internal sealed class ConnectionLostException() : Exception("A fault broke the connection.");
