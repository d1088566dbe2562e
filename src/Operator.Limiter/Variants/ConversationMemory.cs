namespace Operator.Limiter.Variants;

/// <summary>
/// Remembers which revision a conversation began with. Bounded and expiring in two generations: what was used since the last turn
/// survives the next one, the rest goes all at once, so that neither a lookup nor the forgetting ever takes long.
/// </summary>
internal sealed class ConversationMemory(TimeProvider time, int capacity = 40_000, TimeSpan? lifetime = null)
{
    /// <summary>How long a silent conversation is remembered at least: the longest life of a prompt cache.</summary>
    public static readonly TimeSpan DefaultLifetime = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly TimeSpan _lifetime = lifetime ?? DefaultLifetime;
    private Dictionary<(UInt128 Conversation, string Deployment), string> _young = [];
    private Dictionary<(UInt128 Conversation, string Deployment), string> _old = [];
    private long _turned = time.GetTimestamp();

    /// <summary>How many conversations are remembered.</summary>
    public int Count
    {
        get { lock (_gate) return _young.Count + _old.Count; }
    }

    /// <summary>The revision of a conversation; null when it is not remembered.</summary>
    public string? Find(UInt128 conversation, string deployment)
    {
        var key = (conversation, deployment);
        lock (_gate)
        {
            Turn();
            if (_young.TryGetValue(key, out var revision)) return revision;
            if (!_old.Remove(key, out revision)) return null;
            _young[key] = revision;
            return revision;
        }
    }

    /// <summary>Remembers the revision of a conversation.</summary>
    public void Remember(UInt128 conversation, string deployment, string revision)
    {
        var key = (conversation, deployment);
        lock (_gate)
        {
            Turn();
            _old.Remove(key);
            _young[key] = revision;
        }
    }

    private void Turn()
    {
        var idle = time.GetElapsedTime(_turned);
        if (_young.Count < capacity / 2 && idle < _lifetime) return;
        _old = idle >= _lifetime * 2 ? [] : _young;
        _young = [];
        _turned = time.GetTimestamp();
    }
}
