using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Operator.Kubernetes.Models;

namespace Operator.Kubernetes.Serialization;

/// <summary>
/// Reads a list answer item by item from a stream: no list type is needed, and memory holds one raw item at a time.
/// </summary>
/// <typeparam name="T">The type of an item.</typeparam>
internal sealed class ListReader<T>
{
    private readonly ItemReader _read;
    private readonly JsonTypeInfo<V1ListMeta> _metaType;
    private readonly List<T> _items = [];
    private V1ListMeta _metadata = new();
    private JsonReaderState _state = new(new JsonReaderOptions { MaxDepth = 256 });
    private Phase _phase = Phase.Start;

    private ListReader(ItemReader read, JsonTypeInfo<V1ListMeta> metaType)
    {
        _read = read;
        _metaType = metaType;
    }

    /// <summary>Turns the bytes of one item into an object.</summary>
    public delegate T ItemReader(ReadOnlySpan<byte> utf8);

    private enum Phase
    {
        Start,
        Envelope,
        Items,
        Done,
    }

    /// <summary>Reads a whole list.</summary>
    /// <exception cref="JsonException">The answer is not a list.</exception>
    /// <exception cref="UnreadableObjectException">An item does not fit the type.</exception>
    /// <exception cref="InvalidDataException">One item is larger than <paramref name="limit"/>.</exception>
    public static async Task<KubernetesList<T>> ReadAsync(
        Stream stream, ItemReader read, JsonTypeInfo<V1ListMeta> metaType, int limit, CancellationToken cancellationToken)
    {
        using var buffer = new ReadBuffer(stream, limit);
        var reader = new ListReader<T>(read, metaType);
        while (true)
        {
            buffer.Consume(reader.Parse(buffer.Span, buffer.IsCompleted));
            if (reader._phase == Phase.Done) return new KubernetesList<T>(reader._items, reader._metadata);
            // At the end the parser is called once more with "no more bytes" and throws where the text stops.
            await buffer.FillAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes as many whole values as there are. Returns the number of bytes taken.</summary>
    private int Parse(ReadOnlySpan<byte> bytes, bool isFinal)
    {
        var reader = new Utf8JsonReader(bytes, isFinal, _state);
        var consumed = 0;
        while (_phase != Phase.Done && Step(ref reader, bytes))
        {
            consumed = (int)reader.BytesConsumed;
            _state = reader.CurrentState;
        }
        return consumed;
    }

    /// <summary>Takes one property of the envelope or one item. Returns false when it is not all there yet.</summary>
    private bool Step(ref Utf8JsonReader reader, ReadOnlySpan<byte> bytes)
    {
        if (!reader.Read()) return false;
        switch (_phase)
        {
            case Phase.Start when reader.TokenType == JsonTokenType.StartObject:
                _phase = Phase.Envelope;
                return true;
            case Phase.Envelope when reader.TokenType == JsonTokenType.EndObject:
                _phase = Phase.Done;
                return true;
            case Phase.Envelope:
                return Property(ref reader, bytes);
            case Phase.Items when reader.TokenType == JsonTokenType.EndArray:
                _phase = Phase.Envelope;
                return true;
            case Phase.Items when reader.TokenType == JsonTokenType.StartObject:
                var item = Value(ref reader, bytes);
                if (item.IsEmpty) return false;
                _items.Add(_read(item));
                return true;
            default:
                throw new JsonException($"expected a list of objects, found {reader.TokenType} at byte {reader.TokenStartIndex}");
        }
    }

    private bool Property(ref Utf8JsonReader reader, ReadOnlySpan<byte> bytes)
    {
        var isItems = reader.ValueTextEquals("items"u8);
        var isMetadata = reader.ValueTextEquals("metadata"u8);
        if (!reader.Read()) return false;
        if (isItems && reader.TokenType == JsonTokenType.StartArray)
        {
            _phase = Phase.Items;
            return true;
        }
        if (isItems && reader.TokenType != JsonTokenType.Null)
            throw new JsonException($"expected an array of items, found {reader.TokenType}");
        var value = Value(ref reader, bytes);
        if (value.IsEmpty) return false;
        if (isMetadata) _metadata = JsonSerializer.Deserialize(value, _metaType) ?? new V1ListMeta();
        return true;
    }

    /// <summary>The bytes of the value at the reader; empty when it is not all there yet.</summary>
    private static ReadOnlySpan<byte> Value(ref Utf8JsonReader reader, ReadOnlySpan<byte> bytes)
    {
        var start = (int)reader.TokenStartIndex;
        return reader.TrySkip() ? bytes[start..(int)reader.BytesConsumed] : default;
    }
}
