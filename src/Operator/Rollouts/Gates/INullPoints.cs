namespace Operator.Rollouts.Gates;

/// <summary>
/// Evidence against each point on the edge of a composite null hypothesis. The point is named by its nuisance parameter, the value of stable.
/// </summary>
internal interface INullPoints
{
    /// <summary>The lowest nuisance value that is looked at.</summary>
    double Lowest { get; }

    /// <summary>The highest nuisance value that is looked at.</summary>
    double Highest { get; }

    /// <summary>The observed value of stable, where the evidence from stable alone is least.</summary>
    double Observed { get; }

    /// <summary>A nuisance value at which the null explains the counts well; where a search for the least evidence starts.</summary>
    double Likely { get; }

    /// <summary>Logarithm of the e-value against the point <paramref name="nuisance"/>.</summary>
    double LogEvidence(double nuisance);

    /// <summary>A lower bound on <see cref="LogEvidence"/> that comes from stable alone and grows away from <see cref="Observed"/>.</summary>
    double LogEvidenceOfStable(double nuisance);
}
