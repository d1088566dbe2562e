using System.Collections.Frozen;

namespace Operator.MockClaude.Accounts;

/// <summary>Who the keys belong to. Keys can be added and revoked while requests run; a lookup takes no lock.</summary>
public sealed class AccountDirectory
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Caller> _callers = new(StringComparer.Ordinal);
    private volatile FrozenDictionary<string, Caller> _snapshot;

    internal AccountDirectory(IReadOnlyList<MockOrganization> organizations)
    {
        foreach (var organization in organizations)
        {
            foreach (var key in organization.Keys) _callers[key.Secret] = new Caller(organization, key);
        }
        Organizations = organizations;
        _snapshot = _callers.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>The organizations.</summary>
    public IReadOnlyList<MockOrganization> Organizations { get; }

    /// <summary>Adds a key; the next request may use it.</summary>
    /// <param name="organization">The owner's id.</param>
    /// <param name="key">The key.</param>
    /// <exception cref="ArgumentException">No such organization.</exception>
    public void AddKey(string organization, MockKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var owner = Organizations.FirstOrDefault(o => o.Id == organization)
            ?? throw new ArgumentException($"There is no organization '{organization}'.", nameof(organization));
        lock (_gate)
        {
            _callers[key.Secret] = new Caller(owner, key);
            _snapshot = _callers.ToFrozenDictionary(StringComparer.Ordinal);
        }
    }

    /// <summary>Revokes a key; the next request with it is answered with 401.</summary>
    /// <returns>False when the key was unknown.</returns>
    public bool RevokeKey(string secret)
    {
        lock (_gate)
        {
            if (!_callers.Remove(secret)) return false;
            _snapshot = _callers.ToFrozenDictionary(StringComparer.Ordinal);
            return true;
        }
    }

    internal Caller? Find(string secret) => _snapshot.GetValueOrDefault(secret);
}

/// <summary>A key together with its owner.</summary>
internal sealed record Caller(MockOrganization Organization, MockKey Key);
