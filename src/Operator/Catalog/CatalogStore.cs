using System.Text;

namespace Operator.Catalog;

/// <summary>
/// The catalogue in force: the shipped one, with what the provider tells of its models, with the last override that had no errors. A
/// broken override changes nothing but <see cref="Errors"/>. Safe for concurrent use.
/// </summary>
public sealed class CatalogStore
{
    private readonly Lock _gate = new();
    private volatile ModelCatalog _current = ModelCatalog.Shipped;
    private volatile IReadOnlyList<CatalogError> _errors = [];
    private string? _text;
    private string? _good;
    private CatalogDocument? _observed;

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
            var reading = Read(json, _observed);
            _errors = reading.Errors;
            if (reading.Catalog is null) return _errors;
            (_current, _good) = (reading.Catalog, json);
        }
        Changed?.Invoke();
        return [];
    }

    /// <summary>Takes what the provider tells of its models. The override stays above it.</summary>
    /// <returns>What is wrong with it; empty when it is in force.</returns>
    internal IReadOnlyList<CatalogError> Observe(CatalogDocument observed)
    {
        lock (_gate)
        {
            var reading = Read(_good, observed);
            if (reading.Catalog is null) return reading.Errors;
            (_current, _observed) = (reading.Catalog, observed);
        }
        Changed?.Invoke();
        return [];
    }

    private static CatalogReading Read(string? json, CatalogDocument? observed) => (json, observed) switch
    {
        (null, null) => new CatalogReading(ModelCatalog.Shipped, []),
        (null, { } told) => CatalogReader.ReadObserved(told),
        ({ } text, _) => CatalogReader.ReadOverride(Encoding.UTF8.GetBytes(text), observed),
    };
}
