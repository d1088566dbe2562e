using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Operator.Quotas.Spend;

/// <summary>A ledger as text. Deltas are acknowledged only after the checkpoint that counts them is stored.</summary>
internal static class SpendCheckpoint
{
    public static string Write(SpendLedger ledger) => JsonSerializer.Serialize(
        new SpendDocument(ledger.Days, ledger.Sequences, ledger.Reserved, ledger.Missing), SpendJsonContext.Default.SpendDocument);

    /// <summary>Reads a checkpoint.</summary>
    /// <exception cref="JsonException">It is none: an empty ledger instead would count everything again.</exception>
    public static SpendLedger Read(string text)
    {
        var document = JsonSerializer.Deserialize(text, SpendJsonContext.Default.SpendDocument) ?? throw new JsonException("expected an object, found null");
        return new SpendLedger
        {
            Days = Sorted(document.Days),
            Sequences = Sorted(document.Sequences),
            Reserved = Sorted(document.Reserved),
            Missing = document.Missing,
        };
    }

    private static ImmutableSortedDictionary<string, long> Sorted(IReadOnlyDictionary<string, long> pairs) =>
        pairs.ToImmutableSortedDictionary(StringComparer.Ordinal);
}

/// <summary>The form of a checkpoint; all parts are required.</summary>
internal sealed record SpendDocument(
    [property: JsonRequired] IReadOnlyDictionary<string, long> Days,
    [property: JsonRequired] IReadOnlyDictionary<string, long> Sequences,
    [property: JsonRequired] IReadOnlyDictionary<string, long> Reserved,
    [property: JsonRequired] long Missing);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(SpendDocument))]
internal sealed partial class SpendJsonContext : JsonSerializerContext;
