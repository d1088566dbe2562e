namespace Operator.MockClaude.Limits;

/// <summary>An acceleration limit for each organization and model group.</summary>
/// <param name="Factor">How many times the requests of the ten seconds before are admitted; above 1.</param>
/// <param name="Floor">How many requests in ten seconds are always admitted.</param>
public sealed record MockRampLimit(double Factor, int Floor);
