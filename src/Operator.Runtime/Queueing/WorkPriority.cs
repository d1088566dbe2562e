namespace Operator.Runtime.Queueing;

/// <summary>Which of the waiting keys goes first.</summary>
public enum WorkPriority
{
    /// <summary>After everything else: objects of the initial listing.</summary>
    Low,

    /// <summary>A change that somebody made, a retry, a due time.</summary>
    Normal,
}

/// <summary>A key that a worker got from a queue and must give back with <c>Done</c>.</summary>
/// <typeparam name="TKey">What names the work.</typeparam>
/// <param name="Key">The key.</param>
/// <param name="Priority">The priority with which it waited; a retry keeps it.</param>
internal readonly record struct WorkItem<TKey>(TKey Key, WorkPriority Priority);
