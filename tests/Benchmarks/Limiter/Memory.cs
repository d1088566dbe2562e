namespace Benchmarks.Limiter;

/// <summary>What a proxy holds, in megabytes.</summary>
/// <param name="Idle">Before its first request.</param>
/// <param name="Open">With streams open, after all rounds; null when it was not measured.</param>
internal sealed record Memory(double Idle, double? Open);
