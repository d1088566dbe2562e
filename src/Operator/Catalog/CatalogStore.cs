using System.Text;

namespace Operator.Catalog;

/// <summary>
/// The catalogue in force: the shipped one, or the last override that had no errors. A broken override changes nothing but
/// <see cref="Errors"/>. Safe for concurrent use.
/// </summary>
public sealed class CatalogStore
{
    private readonly Lock _gate = new();
    private volatile ModelCatalog _current = ModelCatalog.Shipped;
    private volatile IReadOnlyList<CatalogError> _errors = [];
    private string? _text;

    /// <summary>The catalogue in force.</summary>
    public ModelCatalog Current => _current;

    /// <summary>What is wrong with the override as it stands; empty when nothing is, or there is none.</summary>
    public IReadOnlyList<CatalogError> Errors => _errors;

    /// <summary>Told, on the thread of <see cref="Use"/>, after the catalogue in force changed.</summary>
    public event Action? Changed;

    /// <summary>Takes an override.</summary>
    /// <param name="json">Its text; null when there is none, which returns to the shipped catalogue.</param>
    /// <returns>What is wrong with it; empty when it is in force.</returns>
    public IReadOnlyList<CatalogError> Use(string? json)
    {
        lock (_gate)
        {
            if (json == _text) return _errors;
            _text = json;
            var reading = json is null ? new CatalogReading(ModelCatalog.Shipped, []) : CatalogReader.ReadOverride(Encoding.UTF8.GetBytes(json));
            _errors = reading.Errors;
            if (reading.Catalog is null) return _errors;
            _current = reading.Catalog;
        }
        Changed?.Invoke();
        return [];
    }
}
