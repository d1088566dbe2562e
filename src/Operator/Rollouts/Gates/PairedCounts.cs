namespace Operator.Rollouts.Gates;

/// <summary>Stable and candidate on the same cases.</summary>
/// <param name="Total">Cases that both ran.</param>
/// <param name="Lost">Cases that stable passed and the candidate failed.</param>
/// <param name="Won">Cases that stable failed and the candidate passed.</param>
public readonly record struct PairedCounts(long Total, long Lost, long Won)
{
    /// <summary>Whether the counts can be counts at all.</summary>
    public bool IsValid => Lost >= 0 && Won >= 0 && Total >= 0 && Lost <= Total - Won;

    /// <summary>Observed fall of the pass rate from stable to candidate; 0 without cases.</summary>
    public double Regression => Total == 0 ? 0 : (double)(Lost - Won) / Total;

    /// <summary>The same pairs with the roles exchanged.</summary>
    internal PairedCounts Swapped => new(Total, Won, Lost);
}
