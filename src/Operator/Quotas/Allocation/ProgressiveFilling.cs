namespace Operator.Quotas.Allocation;

/// <summary>
/// Weighted dominant-resource fairness in a tree. Every limiter grows along its own demand vector until the demand is met or a
/// dimension that it needs is full in one of its quotas. Stages run from the deepest quotas up: in a quota's stage its guarantee is
/// filled, in the root's stage the capacity; so nobody grows beyond a guarantee while another is below its own.
/// </summary>
internal sealed class ProgressiveFilling
{
    private const double Tolerance = 1e-9;
    private readonly AllocationPool _pool;
    private readonly IReadOnlyList<PoolDemand> _demands;
    private readonly int[] _depth;
    private readonly int[] _active;
    private readonly int[] _direct;
    private readonly double[] _speed;
    private readonly double[] _dominant;
    private readonly double[] _met;
    private readonly bool[] _frozen;
    private readonly double[] _used;
    private readonly double[] _growth;
    private readonly double[] _limit;

    private ProgressiveFilling(AllocationPool pool, IReadOnlyList<PoolDemand> demands)
    {
        _pool = pool;
        _demands = demands;
        var nodes = pool.Nodes.Count;
        _depth = new int[nodes];
        _active = new int[nodes];
        _direct = new int[nodes];
        _speed = new double[nodes];
        _used = new double[nodes * 3];
        _growth = new double[nodes * 3];
        _limit = new double[nodes * 3];
        _dominant = new double[demands.Count];
        _met = new double[demands.Count];
        _frozen = new bool[demands.Count];
    }

    /// <summary>How much of each limiter's demand is met: 0 to 1, in the order of <paramref name="demands"/>.</summary>
    /// <param name="pool">What is shared.</param>
    /// <param name="demands">Who wants what; dimensions without a limit do not count.</param>
    public static double[] Fill(AllocationPool pool, IReadOnlyList<PoolDemand> demands)
    {
        var filling = new ProgressiveFilling(pool, demands);
        filling.Run();
        return filling._met;
    }

    private void Run()
    {
        for (var n = 1; n < _depth.Length; n++) _depth[n] = _depth[_pool.Nodes[n].Parent] + 1;
        for (var i = 0; i < _demands.Count; i++)
        {
            for (var d = 0; d < 3; d++)
            {
                if (_pool.Capacity[d] is > 0 and < double.PositiveInfinity) _dominant[i] = Math.Max(_dominant[i], _demands[i].Rate[d] / _pool.Capacity[d]);
                else if (_pool.Capacity[d] <= 0 && _demands[i].Rate[d] > 0) _dominant[i] = double.PositiveInfinity;
            }
            // Who asks for nothing that is limited has all of it.
            if (_dominant[i] == 0) _met[i] = 1;
        }
        for (var stage = _depth.Max(); stage >= 0; stage--) Stage(stage);
    }

    private void Stage(int stage)
    {
        for (var n = 0; n < _depth.Length; n++)
        {
            var node = _pool.Nodes[n];
            for (var d = 0; d < 3; d++)
            {
                // Guarantees add up to no more than those above them, so in a stage nothing above it but the whole can be full.
                _limit[(n * 3) + d] = n == 0 ? _pool.Capacity[d]
                    : _depth[n] < stage ? double.PositiveInfinity
                    : _depth[n] > stage ? node.Cap[d]
                    : Math.Min(node.Cap[d], node.Guarantee[d]);
            }
        }
        for (var i = 0; i < _frozen.Length; i++) _frozen[i] = _met[i] >= 1 || double.IsPositiveInfinity(_dominant[i]) || _depth[_demands[i].Node] < stage;
        FreezeWhereFull();
        while (Step(stage)) FreezeWhereFull();
    }

    /// <summary>Lets everybody who is not frozen grow until the next one is met or a dimension is full.</summary>
    private bool Step(int stage)
    {
        Array.Clear(_active);
        Array.Clear(_direct);
        Array.Clear(_growth);
        var any = false;
        for (var i = 0; i < _frozen.Length; i++)
        {
            if (_frozen[i]) continue;
            any = true;
            _direct[_demands[i].Node]++;
            for (var n = _demands[i].Node; n >= 0; n = _pool.Nodes[n].Parent) _active[n]++;
        }
        if (!any) return false;
        Speeds(stage);

        var time = double.PositiveInfinity;
        for (var i = 0; i < _frozen.Length; i++)
        {
            if (_frozen[i]) continue;
            var pace = Pace(i);
            time = Math.Min(time, (1 - _met[i]) / pace);
            for (var n = _demands[i].Node; n >= 0; n = _pool.Nodes[n].Parent)
            {
                for (var d = 0; d < 3; d++) _growth[(n * 3) + d] += pace * _demands[i].Rate[d];
            }
        }
        for (var c = 0; c < _growth.Length; c++)
        {
            if (_growth[c] > 0 && _limit[c] < double.PositiveInfinity) time = Math.Min(time, Math.Max(0, _limit[c] - _used[c]) / _growth[c]);
        }
        for (var i = 0; i < _frozen.Length; i++)
        {
            if (_frozen[i]) continue;
            var gain = Math.Min(Pace(i) * time, 1 - _met[i]);
            _met[i] += gain;
            if (_met[i] >= 1 - Tolerance)
            {
                _met[i] = 1;
                _frozen[i] = true;
            }
        }
        for (var c = 0; c < _used.Length; c++) _used[c] += _growth[c] * time;
        return true;
    }

    private void Speeds(int stage)
    {
        for (var n = 0; n < _speed.Length; n++) _speed[n] = _depth[n] == stage ? 1 : 0;
        // The children's weights, and 1 for all limiters that draw on the quota itself.
        var weights = new double[_speed.Length];
        for (var n = 0; n < _speed.Length; n++)
        {
            if (_direct[n] > 0) weights[n] += 1;
            if (_active[n] > 0 && _pool.Nodes[n].Parent >= 0) weights[_pool.Nodes[n].Parent] += _pool.Nodes[n].Weight;
        }
        for (var n = 0; n < _speed.Length; n++)
        {
            if (_depth[n] > stage && _active[n] > 0) _speed[n] = _speed[_pool.Nodes[n].Parent] * _pool.Nodes[n].Weight / weights[_pool.Nodes[n].Parent];
        }
        for (var n = 0; n < _speed.Length; n++)
        {
            if (_direct[n] > 0) _speed[n] /= weights[n] * _direct[n];
        }
    }

    /// <summary>How fast the met part of a demand grows: the dominant share grows at the speed of its place in the tree.</summary>
    private double Pace(int limiter) => _speed[_demands[limiter].Node] / _dominant[limiter];

    private void FreezeWhereFull()
    {
        for (var i = 0; i < _frozen.Length; i++)
        {
            for (var n = _demands[i].Node; n >= 0 && !_frozen[i]; n = _pool.Nodes[n].Parent)
            {
                for (var d = 0; d < 3; d++)
                {
                    var c = (n * 3) + d;
                    if (_demands[i].Rate[d] > 0 && _used[c] >= _limit[c] - (Tolerance * Math.Max(1, _limit[c]))) _frozen[i] = true;
                }
            }
        }
    }
}
