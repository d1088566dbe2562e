using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Operator.Quotas.Spend;

/// <summary>The ledgers of an organization as text, by quota. Deltas are acknowledged only after the checkpoint that counts them is stored.</summary>
internal static class SpendCheckpoint
{
    public static string Write(IEnumerable<KeyValuePair<string, SpendLedger>> ledgers) => JsonSerializer.Serialize(
        ledgers.ToImmutableSortedDictionary(l => l.Key, l => new SpendDocument(l.Value.Days, l.Value.Sequences, l.Value.Reserved), StringComparer.Ordinal),
        SpendJsonContext.Default.ImmutableSortedDictionaryStringSpendDocument);

    /// <summary>Reads a checkpoint.</summary>
    /// <exception cref="JsonException">It is none: empty ledgers instead would count everything again.</exception>
    public static IReadOnlyDictionary<string, SpendLedger> Read(string text)
    {
        var documents = JsonSerializer.Deserialize(text, SpendJsonContext.Default.ImmutableSortedDictionaryStringSpendDocument)
            ?? throw new JsonException("expected an object, found null");
        // None is ever written without a ledger: somebody emptied it.
        if (documents.IsEmpty) throw new JsonException("it holds no ledger");
        return documents.ToDictionary(d => d.Key, d => Ledger(d.Value ?? throw new JsonException($"{d.Key} is null")), StringComparer.Ordinal);
    }

    private static SpendLedger Ledger(SpendDocument document) => new()
    {
        Days = Sorted(document.Days),
        Sequences = Sorted(document.Sequences),
        Reserved = Sorted(document.Reserved),
    };

    private static ImmutableSortedDictionary<string, long> Sorted(IReadOnlyDictionary<string, long>? pairs) =>
        (pairs ?? throw new JsonException("a part of a ledger is null")).ToImmutableSortedDictionary(StringComparer.Ordinal);
}

/// <summary>The form of a ledger; all parts are required.</summary>
internal sealed record SpendDocument(
    [property: JsonRequired] IReadOnlyDictionary<string, long> Days,
    [property: JsonRequired] IReadOnlyDictionary<string, long> Sequences,
    [property: JsonRequired] IReadOnlyDictionary<string, long> Reserved);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(ImmutableSortedDictionary<string, SpendDocument>))]
internal sealed partial class SpendJsonContext : JsonSerializerContext;
