namespace Operator.Runtime.Hosting;

/// <summary>
/// When a part of the operator runs. Stages start in the order of their values. They stop in the order
/// <see cref="Controllers"/>, <see cref="Informers"/>, <see cref="Events"/>, then the leader lease is released, then
/// <see cref="Endpoints"/>.
/// </summary>
public enum OperatorStage
{
    /// <summary>Admission, health and metrics: on every replica, from first to last.</summary>
    Endpoints = 0,

    /// <summary>Caches: on every replica, so that a standby takes over with a warm cache.</summary>
    Informers = 1,

    /// <summary>The event recorder: on every replica; stopping it flushes what is queued.</summary>
    Events = 2,

    /// <summary>Reconcilers and everything else that acts on the cluster: only while this process leads.</summary>
    Controllers = 3,
}
