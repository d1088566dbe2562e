using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace Operator.Kubernetes.Tests.Support;

/// <summary>Random JSON documents, and a comparison that tells <c>1.0</c> from <c>1</c>.</summary>
public static class JsonGen
{
    private static readonly string[] Keys = ["a", "b", "c", "x-y", "é", "a/b", "~", "", "spec", "kind", "items"];

    private static readonly string[] Scalars =
    [
        "true", "false", "0", "-1", "1.0", "1.50", "1e3", "-0.0", "9007199254740993", "18446744073709551616", "123456789012345678901234567890",
        "\"\"", "\"text\"", "\"é🚀\\n\\u0000\\\"\\\\\"", "\"2026-01-01T00:00:00Z\"", "\"1\"",
    ];

    /// <summary>Any JSON value.</summary>
    public static Gen<string> Value(bool nulls = true) => Gen.Sized(size => Value(Math.Min(size, 12), nulls));

    /// <summary>An object.</summary>
    public static Gen<string> Object(bool nulls = true) => Gen.Sized(size => Object(Math.Min(size, 12), nulls));

    /// <summary>Fails when the property does not hold for every one of <paramref name="count"/> documents; the seed is fixed.</summary>
    public static void ForAll<T>(Gen<T> gen, Action<T> body, int count = 300) =>
        Check.One(
            Config.QuickThrowOnFailure.WithReplay(20260101UL, 1UL).WithMaxTest(count),
            Prop.ForAll(gen.ToArbitrary(), value => { body(value); return true; }));

    /// <summary>Whether two documents say the same, spelled the same.</summary>
    public static bool Same(JsonNode? a, JsonNode? b) => (a, b) switch
    {
        (null, null) => true,
        (JsonObject x, JsonObject y) => x.Count == y.Count && x.All(p => y.TryGetPropertyValue(p.Key, out var other) && Same(p.Value, other)),
        (JsonArray x, JsonArray y) => x.Count == y.Count && x.Zip(y).All(p => Same(p.First, p.Second)),
        (JsonValue x, JsonValue y) => x.ToJsonString() == y.ToJsonString(),
        _ => false,
    };

    private static Gen<string> Value(int size, bool nulls)
    {
        var scalar = Gen.Elements(nulls ? [.. Scalars, "null"] : Scalars);
        if (size <= 0) return scalar;
        return Gen.OneOf(scalar, Object(size / 2, nulls), Gen.ListOf(Value(size / 2, nulls), 3).Select(v => "[" + string.Join(",", v) + "]"));
    }

    private static Gen<string> Object(int size, bool nulls) =>
        from count in Gen.Choose(0, 4)
        from keys in Gen.ListOf(Gen.Elements(Keys), count)
        from values in Gen.ListOf(Value(size - 1, nulls), count)
        select "{" + string.Join(",", keys.Zip(values).DistinctBy(p => p.First)
            .Select(p => JsonSerializer.Serialize(p.First) + ":" + p.Second)) + "}";
}
