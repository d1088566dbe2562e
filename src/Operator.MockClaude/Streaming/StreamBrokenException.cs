namespace Operator.MockClaude.Streaming;

/// <summary>Thrown to make the server close the connection in the middle of an answer, after what was written has left.</summary>
internal sealed class StreamBrokenException() : Exception("The stream was broken on purpose.");
