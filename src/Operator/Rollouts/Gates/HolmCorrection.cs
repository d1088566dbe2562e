namespace Operator.Rollouts.Gates;

/// <summary>Step-down correction for several tests at once (Holm, "A Simple Sequentially Rejective Multiple Test Procedure", 1979).</summary>
public static class HolmCorrection
{
    /// <summary>Adjusted p-values in the order given: those at or below α are rejected with a family-wise error of at most α, whatever the dependence.</summary>
    public static double[] Adjust(IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var adjusted = new double[values.Count];
        var order = Enumerable.Range(0, values.Count).OrderBy(i => values[i]).ToArray();
        var largest = 0.0;
        for (var rank = 0; rank < order.Length; rank++)
        {
            largest = Math.Max(largest, Math.Min(1, (order.Length - rank) * values[order[rank]]));
            adjusted[order[rank]] = largest;
        }
        return adjusted;
    }
}
