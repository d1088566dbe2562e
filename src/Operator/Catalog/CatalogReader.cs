using System.Text.Json;

namespace Operator.Catalog;

/// <summary>Reads a catalogue, alone or as an override of another.</summary>
internal static class CatalogReader
{
    /// <summary>The largest text that is read: what a ConfigMap holds.</summary>
    private const int MaxBytes = 1 << 20;

    /// <summary>Reads a complete catalogue.</summary>
    public static CatalogReading Read(ReadOnlyMemory<byte> json) => Read(json, []);

    /// <summary>
    /// Reads an override: groups and models are merged into the shipped ones by id. A field that is missing keeps what is shipped;
    /// prices, rules, aliases and certainty replace as a whole, dates one by one, limits by tier.
    /// </summary>
    /// <param name="json">The override.</param>
    /// <param name="observed">What the provider tells of its models: it is merged into the shipped ones first. Null for nothing.</param>
    public static CatalogReading ReadOverride(ReadOnlyMemory<byte> json, CatalogDocument? observed = null) =>
        Read(json, observed is null ? [ShippedDocument()] : [ShippedDocument(), observed]);

    /// <summary>The shipped catalogue with what the provider tells of its models.</summary>
    public static CatalogReading ReadObserved(CatalogDocument observed)
    {
        var errors = new List<CatalogError>();
        var builder = new CatalogBuilder((path, message) => errors.Add(new CatalogError(path, null, message)));
        builder.Add(ShippedDocument(), isOverride: false);
        builder.Add(observed, isOverride: true);
        var catalog = builder.Build();
        return errors.Count == 0 ? new CatalogReading(catalog, []) : new CatalogReading(null, errors);
    }

    private static CatalogReading Read(ReadOnlyMemory<byte> json, IReadOnlyList<CatalogDocument> below)
    {
        if (json.Length > MaxBytes) return Failed(new CatalogError("", null, $"the text has {json.Length} bytes; at most {MaxBytes} are read"));
        CatalogDocument document;
        try
        {
            document = JsonSerializer.Deserialize(json.Span, CatalogJsonContext.Default.CatalogDocument)
                ?? throw new JsonException("expected an object, found null", null, 0, 0);
        }
        catch (JsonException e)
        {
            var path = (e.Path ?? "").TrimStart('$').TrimStart('.');
            return Failed(new CatalogError(path, e.LineNumber + 1, Reason(e)));
        }
        var errors = new List<CatalogError>();
        var builder = new CatalogBuilder((path, message) => errors.Add(new CatalogError(path, JsonLines.Of(json.Span, path), message)));
        for (var i = 0; i < below.Count; i++) builder.Add(below[i], isOverride: i > 0);
        builder.Add(document, isOverride: below.Count > 0);
        var catalog = builder.Build();
        return errors.Count == 0 ? new CatalogReading(catalog, []) : new CatalogReading(null, errors);
    }

    private static CatalogDocument ShippedDocument()
    {
        using var stream = typeof(CatalogReader).Assembly.GetManifestResourceStream("Operator.Catalog.models.json")
            ?? throw new InvalidOperationException("The catalogue is missing from the assembly.");
        return JsonSerializer.Deserialize(stream, CatalogJsonContext.Default.CatalogDocument)!;
    }

    private static CatalogReading Failed(CatalogError error) => new(null, [error]);

    /// <summary>The serializer's message without the position that it appends, and without the names of our types.</summary>
    private static string Reason(JsonException e)
    {
        var message = e.Message.Split(" Path: ", 2)[0].Split(" LineNumber: ", 2)[0];
        var property = message.IndexOf("The JSON property '", StringComparison.Ordinal);
        if (property >= 0 && message.Contains("could not be mapped", StringComparison.Ordinal))
            return $"unknown field {message[(property + 18)..].Split('\'')[1]}".Replace("''", "'", StringComparison.Ordinal);
        return message.StartsWith("The JSON value could not be converted", StringComparison.Ordinal) ? "the value has another form than the field" : message;
    }
}
