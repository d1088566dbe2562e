namespace Operator.Rollouts.Gates;

/// <summary>Adds up numbers that are given by their logarithms, without overflow.</summary>
internal struct LogMixture
{
    private double _largest;
    private double _scaledSum;
    private bool _started;

    /// <summary>Logarithm of the sum so far; negative infinity for an empty or zero sum.</summary>
    public readonly double LogSum => _started ? _largest + Math.Log(_scaledSum) : double.NegativeInfinity;

    public void Add(double logarithm)
    {
        if (double.IsNegativeInfinity(logarithm))
        {
            return;
        }
        if (!_started)
        {
            (_largest, _scaledSum, _started) = (logarithm, 1, true);
        }
        else if (logarithm <= _largest)
        {
            // Terms below e^-40 of the largest do not change a double's sum of so few terms in a way that matters.
            if (logarithm > _largest - 40)
            {
                _scaledSum += Math.Exp(logarithm - _largest);
            }
        }
        else
        {
            _scaledSum = (_scaledSum * Math.Exp(_largest - logarithm)) + 1;
            _largest = logarithm;
        }
    }

    /// <summary>Log-likelihood term <c>count · ln p</c> with 0 · ln 0 = 0.</summary>
    public static double Times(double count, double logProbability) => count == 0 ? 0 : count * logProbability;
}
