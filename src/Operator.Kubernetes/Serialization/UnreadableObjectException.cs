using System.Text.Json;

namespace Operator.Kubernetes.Serialization;

/// <summary>An object of a server's answer does not fit the type that it was asked for as.</summary>
/// <remarks>
/// One such object fails the whole list or watch: leaving it out would look like a deletion to every cache behind the client.
/// </remarks>
public sealed class UnreadableObjectException : JsonException
{
    /// <summary>Creates the error for one object.</summary>
    /// <param name="type">The type that was asked for.</param>
    /// <param name="identity">Namespace and name of the object, as far as they could be read.</param>
    /// <param name="inner">What did not fit, with the path of the field.</param>
    public UnreadableObjectException(Type type, string identity, JsonException inner)
        : base($"{identity} cannot be read as {type?.Name}: {inner?.Message}", inner?.Path, inner?.LineNumber, inner?.BytePositionInLine, inner) =>
        Identity = identity;

    /// <summary>Namespace and name of the object, as far as they could be read.</summary>
    public string Identity { get; }
}
