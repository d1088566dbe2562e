using System.Text.Json;

namespace Operator.Kubernetes.Serialization;

/// <summary>An object of a server's answer does not fit the type that it was asked for as.</summary>
/// <remarks>
/// One such object fails the whole list or watch, unless its type is <see cref="IToleratesUnreadable"/>: leaving it out would look
/// like a deletion to every cache behind the client.
/// </remarks>
public sealed class UnreadableObjectException : JsonException
{
    /// <summary>Creates the error for one object.</summary>
    /// <param name="type">The type that was asked for.</param>
    /// <param name="identity">Namespace and name of the object, as far as they could be read.</param>
    /// <param name="inner">What did not fit, with the path of the field.</param>
    public UnreadableObjectException(Type type, string identity, JsonException inner)
        : base($"{identity} cannot be read as {type?.Name}: {inner?.Message}", inner?.Path, inner?.LineNumber, inner?.BytePositionInLine, inner)
    {
        Identity = identity;
        Field = inner?.Path is { Length: > 2 } path && path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : "";
        Fault = Describe(inner?.Message ?? "");
    }

    /// <summary>Namespace and name of the object, as far as they could be read.</summary>
    public string Identity { get; }

    /// <summary>The field that did not fit, such as <c>spec.canary.steps[1].hold</c>; empty for the object itself.</summary>
    public string Field { get; }

    /// <summary>What did not fit, in words for users.</summary>
    public string Fault { get; }

    // The serializer's own messages speak of .NET types and byte positions; those of converters speak to users.
    private static string Describe(string message)
    {
        if (message.StartsWith("The JSON value could not be converted", StringComparison.Ordinal)) return "has a value of the wrong type";
        return message.IndexOf(" Path: $", StringComparison.Ordinal) is var end and > 0 ? message[..end].TrimEnd('.', ' ') : message;
    }
}
