using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Operator.MockClaude.Http;

namespace Operator.MockClaude.Batches;

/// <summary>Reads the body that creates a batch. The single requests are checked when the batch is processed.</summary>
internal static partial class BatchReader
{
    private const int MostRequests = 100_000;

    /// <summary>Reads the requests.</summary>
    public static ApiError? Read(ReadOnlyMemory<byte> body, out List<BatchItem> items)
    {
        items = [];
        if (JsonBody.Parse(body, out var document) is { } malformed) return malformed;
        using (document)
        {
            if (document!.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("requests"u8, out var requests)
                || requests.ValueKind != JsonValueKind.Array)
                return ApiError.Invalid("requests: Field required");
            var count = requests.GetArrayLength();
            if (count == 0) return ApiError.Invalid("requests: at least one request is required");
            if (count > MostRequests) return ApiError.Invalid($"requests: at most {MostRequests} requests are permitted");
            var ids = new HashSet<string>(StringComparer.Ordinal);
            foreach (var request in requests.EnumerateArray())
            {
                if (Item(request, items.Count, ids, out var item) is { } error) return error;
                items.Add(item!);
            }
            return null;
        }
    }

    private static ApiError? Item(JsonElement request, int index, HashSet<string> ids, out BatchItem? item)
    {
        item = null;
        if (request.ValueKind != JsonValueKind.Object || !request.TryGetProperty("custom_id"u8, out var id) || id.ValueKind != JsonValueKind.String
            || !CustomId().IsMatch(id.GetString()!))
            return ApiError.Invalid($"requests.{index}.custom_id: String should match pattern '^[a-zA-Z0-9_-]{{1,64}}$'");
        if (!ids.Add(id.GetString()!)) return ApiError.Invalid($"requests.{index}.custom_id: custom_id values must be unique");
        if (!request.TryGetProperty("params"u8, out var parameters) || parameters.ValueKind != JsonValueKind.Object)
            return ApiError.Invalid($"requests.{index}.params: Field required");
        foreach (var refused in (ReadOnlySpan<string>)["stream", "speed", "fallbacks"])
        {
            if (parameters.TryGetProperty(refused, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.False))
                return ApiError.Invalid($"requests.{index}.params.{refused}: not supported in batches");
        }
        if (parameters.TryGetProperty("max_tokens"u8, out var most) && most.ValueKind == JsonValueKind.Number && most.TryGetInt32(out var n) && n == 0)
            return ApiError.Invalid($"requests.{index}.params.max_tokens: 0 is not supported in batches");
        item = new BatchItem(id.GetString()!, JsonMarshal.GetRawUtf8Value(parameters).ToArray());
        return null;
    }

    [GeneratedRegex("^[a-zA-Z0-9_-]{1,64}$")]
    private static partial Regex CustomId();
}
