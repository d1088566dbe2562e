using Operator.Contract;

namespace Operator.Limiter.Lanes;

/// <summary>
/// Whose turn it is: deficit round robin over tokens between interactive and standard, beginning with interactive; bulk only when both
/// are empty. Not safe for several threads.
/// </summary>
internal sealed class DeficitRoundRobin
{
    private readonly double[] _deficit = new double[2];
    private int _turn;
    private bool _fresh = true;

    /// <summary>The lane that may send next.</summary>
    /// <param name="heads">The cost of each lane's first request in tokens; NaN for an empty lane.</param>
    /// <returns>The lane; null when all are empty.</returns>
    public Lane? Next(ReadOnlySpan<double> heads)
    {
        var interactive = !double.IsNaN(heads[0]);
        var standard = !double.IsNaN(heads[1]);
        if (!interactive) _deficit[0] = 0;
        if (!standard) _deficit[1] = 0;
        if (!interactive && !standard)
        {
            (_turn, _fresh) = (0, true);
            return double.IsNaN(heads[2]) ? null : Lane.Bulk;
        }
        if (!interactive) return Lane.Standard;
        if (!standard) return Lane.Interactive;
        while (true)
        {
            if (_fresh) _deficit[_turn] += LanePolicy.Quantum((Lane)_turn);
            _fresh = false;
            if (_deficit[_turn] >= Math.Max(1, heads[_turn])) return (Lane)_turn;
            (_turn, _fresh) = (1 - _turn, true);
        }
    }

    /// <summary>Charges what a lane sent.</summary>
    public void Sent(Lane lane, double tokens)
    {
        if (lane != Lane.Bulk) _deficit[(int)lane] = Math.Max(0, _deficit[(int)lane] - Math.Max(1, tokens));
    }
}
