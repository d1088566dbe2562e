namespace Operator.Kubernetes.Serialization;

/// <summary>
/// Entity types that arrive even when a stored object does not fit them: with metadata and the error, an empty spec, and the status,
/// or only its conditions where the status does not fit either. Without this interface one such object fails every list and watch that it is in.
/// </summary>
/// <remarks>
/// Whoever acts on such a type must look at <see cref="Unreadable"/> first: an empty spec is not what the user declared. Implement
/// the property with <c>[JsonIgnore]</c>.
/// </remarks>
public interface IToleratesUnreadable
{
    /// <summary>Why the object could not be read, with the field; null when it was read.</summary>
    UnreadableObjectException? Unreadable { get; set; }
}
