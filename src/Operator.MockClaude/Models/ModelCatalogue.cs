using System.Collections.Frozen;

namespace Operator.MockClaude.Models;

/// <summary>The models and what became of them. Safe for many threads; a lookup takes no lock.</summary>
public sealed class ModelCatalogue
{
    private readonly Lock _gate = new();
    private volatile Snapshot _snapshot;

    internal ModelCatalogue() => _snapshot = new Snapshot(EmbeddedData.Read("models.json", EmbeddedData.Default.ModelEntryArray));

    /// <summary>All ids, newest first.</summary>
    public IReadOnlyList<string> Ids => [.. _snapshot.Entries.Select(e => e.Id)];

    /// <summary>All models, newest first.</summary>
    internal IReadOnlyList<ModelEntry> Entries => _snapshot.Entries;

    /// <summary>Moves a model to another state of life; the next request sees it.</summary>
    /// <param name="model">Id or alias.</param>
    /// <param name="lifecycle">The new state.</param>
    /// <param name="retires">The announced day of retirement.</param>
    /// <exception cref="ArgumentException">No such model.</exception>
    public void SetLifecycle(string model, ModelLifecycle lifecycle, DateOnly? retires = null)
    {
        lock (_gate)
        {
            var entry = Find(model) ?? throw new ArgumentException($"The catalogue has no model '{model}'.", nameof(model));
            _snapshot = new Snapshot([.. _snapshot.Entries.Select(e => ReferenceEquals(e, entry) ? e.With(lifecycle, retires ?? e.Retires) : e)]);
        }
    }

    /// <summary>The model of that id or alias, retired ones included.</summary>
    internal ModelEntry? Find(string idOrAlias) => _snapshot.ByName.GetValueOrDefault(idOrAlias);

    private sealed class Snapshot
    {
        public Snapshot(ModelEntry[] entries)
        {
            Entries = entries;
            var names = new Dictionary<string, ModelEntry>(StringComparer.Ordinal);
            foreach (var entry in entries)
            {
                names[entry.Id] = entry;
                if (entry.Alias is not null) names[entry.Alias] = entry;
            }
            ByName = names.ToFrozenDictionary(StringComparer.Ordinal);
        }

        public ModelEntry[] Entries { get; }

        public FrozenDictionary<string, ModelEntry> ByName { get; }
    }
}
