namespace Operator.Runtime.Reconciling;

/// <summary>
/// Decides which events lead to a reconcile. A predicate that throws lets the event pass: a needless reconcile is harmless, a missing
/// one is not.
/// </summary>
/// <typeparam name="T">The kind.</typeparam>
public sealed record EventPredicate<T>
{
    /// <summary>Whether a new object passes. Objects of the initial list are new. Default: yes.</summary>
    public Func<T, bool> Created { get; init; } = static _ => true;

    /// <summary>Whether a change passes; gets the previous and the current state. Default: yes.</summary>
    public Func<T, T, bool> Updated { get; init; } = static (_, _) => true;

    /// <summary>Whether a deletion passes. Default: yes.</summary>
    public Func<T, bool> Deleted { get; init; } = static _ => true;

    /// <summary>Passes what both pass.</summary>
    public EventPredicate<T> And(EventPredicate<T> other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new()
        {
            Created = e => Created(e) && other.Created(e),
            Updated = (previous, current) => Updated(previous, current) && other.Updated(previous, current),
            Deleted = e => Deleted(e) && other.Deleted(e),
        };
    }

    /// <summary>Passes what at least one passes.</summary>
    public EventPredicate<T> Or(EventPredicate<T> other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new()
        {
            Created = e => Created(e) || other.Created(e),
            Updated = (previous, current) => Updated(previous, current) || other.Updated(previous, current),
            Deleted = e => Deleted(e) || other.Deleted(e),
        };
    }

    /// <summary>Passes what this one does not.</summary>
    public EventPredicate<T> Not() => new()
    {
        Created = e => !Created(e),
        Updated = (previous, current) => !Updated(previous, current),
        Deleted = e => !Deleted(e),
    };
}
