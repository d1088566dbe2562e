using Operator.Kubernetes;
using Operator.Kubernetes.Models;

namespace Operator.Runtime.Events;

/// <summary>How much an event matters.</summary>
public enum EventType
{
    /// <summary>For information.</summary>
    Normal,

    /// <summary>Something may need attention.</summary>
    Warning,
}

/// <summary>
/// Reports what happened to objects as <c>events.k8s.io/v1</c> Events. Recording never waits and never fails because of the API
/// server: events are best effort. Repetitions of one event within six minutes become one Event with a growing series count.
/// </summary>
public interface IEventRecorder
{
    /// <summary>Records an event.</summary>
    /// <typeparam name="T">The kind of the object.</typeparam>
    /// <param name="regarding">The object that it is about.</param>
    /// <param name="type">How much it matters.</param>
    /// <param name="reason">Why, in one CamelCase word of at most 128 letters and digits. Repetitions are told by it: no values in it.</param>
    /// <param name="action">What was done, in one CamelCase word of at most 128 letters and digits.</param>
    /// <param name="note">What happened, for people to read; longer ones are cut to 1024 bytes. No secrets, no foreign content.</param>
    /// <param name="related">A second object in it, from <see cref="EventReference.To"/>; null for none.</param>
    /// <param name="subject">
    /// Which one of the things that this reason is told about, such as a revision: another subject is an event of its own and not a
    /// repetition, so that its note is seen. Never written. Null when the object is all that it is about.
    /// </param>
    /// <exception cref="ArgumentException">Reason or action has another form, or the object has no name.</exception>
    void Record<T>(T regarding, EventType type, string reason, string action, string note, V1ObjectReference? related = null, string? subject = null)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Records an event in the form that KubeOps' publisher has; the action is the reason.</summary>
    /// <returns>A completed task: the event is queued.</returns>
    Task PublishAsync<T>(
        T entity, string reason, string message, EventType type = EventType.Normal, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        Record(entity, type, reason, reason, message);
        return Task.CompletedTask;
    }
}
