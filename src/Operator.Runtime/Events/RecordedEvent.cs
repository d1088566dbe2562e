using System.Text;
using Operator.Kubernetes.Models;

namespace Operator.Runtime.Events;

/// <summary>What makes two events repetitions of one: everything but note and time.</summary>
internal sealed record EventKey(EventType Type, string Reason, string Action, ObjectIdentity Regarding, ObjectIdentity? Related, string? Subject);

/// <summary>Which object is meant; its version plays no part.</summary>
internal sealed record ObjectIdentity(string? ApiVersion, string? Kind, string? Namespace, string? Name, string? Uid, string? FieldPath)
{
    public static ObjectIdentity Of(V1ObjectReference reference) => new(
        reference.ApiVersion, reference.Kind, reference.NamespaceProperty, reference.Name, reference.Uid, reference.FieldPath);
}

/// <summary>One event as it was recorded.</summary>
internal sealed record RecordedEvent(
    EventType Type, string Reason, string Action, string Note, V1ObjectReference Regarding, V1ObjectReference? Related, DateTimeOffset At,
    string? Subject = null)
{
    private const int MaxNameLength = 253;

    public EventKey Key { get; } = new(
        Type, Reason, Action, ObjectIdentity.Of(Regarding), Related is null ? null : ObjectIdentity.Of(Related), Subject);

    /// <summary>Where the Event lives: events about cluster-scoped objects live in <c>default</c>.</summary>
    public string Namespace => string.IsNullOrEmpty(Regarding.NamespaceProperty) ? "default" : Regarding.NamespaceProperty;

    /// <summary>The name of the Event: that of the object, as far as it makes a DNS name, and a number that is never used twice.</summary>
    public string Name(long number)
    {
        var suffix = "." + number.ToString("x", System.Globalization.CultureInfo.InvariantCulture);
        var stem = new StringBuilder();
        foreach (var c in Regarding.Name!.ToLowerInvariant())
            stem.Append(char.IsAsciiLetterOrDigit(c) || c is '-' or '.' ? c : '-');
        var cut = stem.ToString(0, Math.Min(stem.Length, MaxNameLength - suffix.Length)).Trim('-', '.').Replace("..", ".", StringComparison.Ordinal);
        return (cut.Length == 0 ? "event" : cut) + suffix;
    }
}
