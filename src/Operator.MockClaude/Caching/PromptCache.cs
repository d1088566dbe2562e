namespace Operator.MockClaude.Caching;

/// <summary>Cached prompt prefixes by workspace and model.</summary>
internal sealed class PromptCache
{
    /// <summary>How many blocks before a breakpoint are looked up, the breakpoint's own included.</summary>
    public const int LookBack = 20;

    private const int SweepEvery = 4096;
    private readonly Lock _gate = new();
    private readonly Dictionary<Key, Entry> _entries = [];
    private int _untilSweep = SweepEvery;

    /// <summary>What a prompt would read and write; changes nothing.</summary>
    /// <param name="workspace">Caches are not shared between workspaces.</param>
    /// <param name="model">Nor between models.</param>
    /// <param name="marks">The prompt's blocks in order.</param>
    /// <param name="minimum">The shortest prefix that is cached, in tokens.</param>
    /// <param name="now">The request's start.</param>
    public CachePlan Plan(string workspace, string model, IReadOnlyList<BlockMark> marks, int minimum, DateTimeOffset now)
    {
        List<BlockMark>? writes = null;
        var hit = 0;
        ContentHash found = default;
        lock (_gate)
        {
            for (var i = 0; i < marks.Count; i++)
            {
                if (marks[i].Breakpoint == CacheTtl.None || marks[i].Tokens < minimum) continue;
                (writes ??= []).Add(marks[i]);
                for (var j = i; j >= 0 && j > i - LookBack && marks[j].Tokens > hit; j--)
                {
                    if (_entries.TryGetValue(new Key(workspace, model, marks[j].Hash), out var entry) && entry.Until > now)
                    {
                        hit = marks[j].Tokens;
                        found = marks[j].Hash;
                    }
                }
            }
        }
        if (writes is null) return default;
        int written5m = 0, written1h = 0, from = hit;
        foreach (var mark in writes)
        {
            if (mark.Tokens <= from) continue;
            if (mark.Breakpoint == CacheTtl.Hour) written1h += mark.Tokens - from;
            else written5m += mark.Tokens - from;
            from = mark.Tokens;
        }
        return new CachePlan(hit, written5m, written1h, found, writes);
    }

    /// <summary>Writes and refreshes the entries of a request that was admitted.</summary>
    public void Commit(string workspace, string model, in CachePlan plan, DateTimeOffset now)
    {
        if (plan.Writes is null) return;
        lock (_gate)
        {
            if (plan.Read > 0) Refresh(new Key(workspace, model, plan.Hit), TimeSpan.Zero, now);
            foreach (var mark in plan.Writes)
            {
                var life = mark.Breakpoint == CacheTtl.Hour ? TimeSpan.FromHours(1) : TimeSpan.FromMinutes(5);
                var key = new Key(workspace, model, mark.Hash);
                // What lies before the hit was not written again: a breakpoint there only keeps alive what exists.
                if (mark.Tokens > plan.Read || _entries.ContainsKey(key)) Refresh(key, life, now);
            }
            _untilSweep -= plan.Writes.Count;
            if (_untilSweep > 0) return;
            foreach (var (key, entry) in _entries)
            {
                if (entry.Until <= now) _entries.Remove(key);
            }
            _untilSweep = Math.Max(SweepEvery, _entries.Count);
        }
    }

    // An entry keeps the longer of its lives.
    private void Refresh(Key key, TimeSpan life, DateTimeOffset now)
    {
        if (_entries.TryGetValue(key, out var entry) && entry.Until > now && entry.Life > life) life = entry.Life;
        if (life > TimeSpan.Zero) _entries[key] = new Entry(now + life, life);
    }

    private readonly record struct Key(string Workspace, string Model, ContentHash Hash);

    private readonly record struct Entry(DateTimeOffset Until, TimeSpan Life);
}
