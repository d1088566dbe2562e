namespace Operator.Rollouts.Gates;

/// <summary>Inverts a test: the end of the interval is where the test stops to show a difference.</summary>
internal static class IntervalSearch
{
    private const int Halvings = 7;
    private const int Doublings = 40;

    /// <summary>Walks from the estimate to <paramref name="limit"/> and returns the value nearest to the estimate that the test still shows.</summary>
    /// <param name="estimate">Where nothing can be shown.</param>
    /// <param name="limit">The end of the scale, which may be infinite.</param>
    /// <param name="scale">A first guess at the distance, above 0.</param>
    /// <param name="shows">Whether the test shows that the truth lies on the estimate's side of a value.</param>
    public static double End(double estimate, double limit, double scale, Func<double, bool> shows)
    {
        var sign = Math.Sign(limit - estimate);
        if (sign == 0)
        {
            return limit;
        }
        var room = Math.Abs(limit - estimate);
        var inside = 0.0;
        var outside = Math.Min(scale, room);
        for (var i = 0; outside < room && !shows(estimate + (sign * outside)); i++)
        {
            inside = outside;
            outside = i < Doublings ? Math.Min(outside * 2, room) : room;
        }
        if (outside >= room && (double.IsInfinity(room) || !shows(limit)))
        {
            if (double.IsInfinity(room))
            {
                return limit;
            }
            outside = room;
        }
        for (var i = 0; i < Halvings; i++)
        {
            var middle = (inside + outside) / 2;
            if (shows(estimate + (sign * middle)))
            {
                outside = middle;
            }
            else
            {
                inside = middle;
            }
        }
        return estimate + (sign * outside);
    }
}
