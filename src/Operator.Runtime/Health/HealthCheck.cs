namespace Operator.Runtime.Health;

/// <summary>Which question a check is part of.</summary>
internal enum HealthProbe
{
    /// <summary><c>/healthz</c>: should the process be restarted?</summary>
    Health,

    /// <summary><c>/readyz</c>: should the process get requests?</summary>
    Ready,
}

/// <summary>One named check.</summary>
/// <param name="Probe">The question that it is part of.</param>
/// <param name="Name">Its name in paths and answers.</param>
/// <param name="Check">Looks and tells; an exception counts as a failure.</param>
internal sealed record HealthCheck(HealthProbe Probe, string Name, Func<CancellationToken, ValueTask<HealthResult>> Check);
