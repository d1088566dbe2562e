using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Schemas;

namespace Operator.LocalCluster.BuiltIns;

/// <summary>ConfigMaps and Secrets: keyed data, at most one MiB, frozen when they say so.</summary>
internal sealed partial class DataStrategy(string kind) : BuiltInStrategy(TypeCatalog.Get(kind))
{
    private const int MaxBytes = 1024 * 1024;
    private readonly bool _secret = kind == "Secret";

    /// <inheritdoc/>
    protected override void ApplyKindDefaults(JsonObject value)
    {
        if (!_secret)
            return;
        value.Default("type", "Opaque");
        if (value["stringData"] is not JsonObject clear)
            return;
        var data = value.Ensure("data");
        foreach (var (key, text) in clear.TextMap())
            data[key] = Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
        value.Remove("stringData");
    }

    /// <inheritdoc/>
    public override IEnumerable<FieldError> Validate(JsonObject value, JsonObject? live)
    {
        foreach (var list in (string[])["data", "binaryData"])
        {
            foreach (var (key, _) in value.Child(list) ?? [])
            {
                if (!Key().IsMatch(key))
                {
                    yield return Invalid($"{list}[{key}]", key,
                        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  "
                        + "or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')");
                }
                else if (list == "binaryData" && value.Child("data")?.ContainsKey(key) == true)
                {
                    yield return Invalid($"data[{key}]", key, "duplicate of key present in binaryData");
                }
            }
        }
        if (Size(value) > MaxBytes)
            yield return new("", "FieldValueTooLong", $"Too long: may not be more than {MaxBytes} bytes");
        if (live is null)
            yield break;
        if (_secret)
            foreach (var error in Immutable(value, live, "type"))
                yield return error;
        if (live.Flag("immutable") != true)
            yield break;
        const string Frozen = "field is immutable when `immutable` is set";
        if (value.Flag("immutable") != true)
            yield return Forbidden("immutable", Frozen);
        foreach (var list in (string[])["data", "binaryData"])
            if (!JsonNode.DeepEquals(value[list] ?? new JsonObject(), live[list] ?? new JsonObject()))
                yield return Forbidden(list, Frozen);
    }

    private long Size(JsonObject value)
    {
        long size = value.TextMap("data").Sum(pair => _secret ? pair.Value.Length / 4L * 3 : Encoding.UTF8.GetByteCount(pair.Value));
        return size + value.TextMap("binaryData").Sum(pair => pair.Value.Length / 4L * 3);
    }

    [GeneratedRegex(@"^[-._a-zA-Z0-9]{1,253}$")]
    private static partial Regex Key();
}
