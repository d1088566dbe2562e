using System.Text.Json.Nodes;
using NLua;

namespace Operator.Tests.GitOps;

/// <summary>Runs a script as Argo CD does: the object is the global <c>obj</c>, there is no library that reaches the machine.</summary>
internal static class LuaScript
{
    /// <summary>The table that the script returns for an object.</summary>
    public static JsonObject Run(string script, JsonObject target)
    {
        using var lua = new Lua();
        lua.State.Encoding = System.Text.Encoding.UTF8;
        lua.DoString("os, io, debug, package, require, load, loadfile, dofile = nil");
        lua["obj"] = null;
        lua.DoString("obj = " + Literal(target));
        return ((LuaTable)lua.DoString(script)[0]).Json().AsObject();
    }

    private static JsonNode Json(this LuaTable table)
    {
        if (table.Keys.Count > 0 && table.Keys.Cast<object>().All(k => k is long))
        {
            return new JsonArray([.. Enumerable.Range(1, table.Keys.Count).Select(i => Value(table[(long)i]))]);
        }
        var map = new JsonObject();
        foreach (var key in table.Keys) map[key.ToString()!] = Value(table[key]);
        return map;
    }

    private static JsonNode? Value(object? value) => value switch
    {
        LuaTable inner => inner.Json(),
        string text => text,
        bool flag => flag,
        long number => number,
        double number => number,
        null => null,
        _ => throw new InvalidOperationException($"a script returned a {value.GetType()}"),
    };

    private static string Literal(JsonNode? node) => node switch
    {
        JsonObject map => "{" + string.Join(", ", map.Select(p => $"[{Text(p.Key)}] = {Literal(p.Value)}")) + "}",
        JsonArray list => "{" + string.Join(", ", list.Select(Literal)) + "}",
        JsonValue value when value.TryGetValue<string>(out var text) => Text(text),
        null => "nil",
        _ => node.ToJsonString(),
    };

    private static string Text(string text) => "\"" + string.Concat(System.Text.Encoding.UTF8.GetBytes(text).Select(b => b is >= 32 and < 127 and not (byte)'"' and not (byte)'\\' ? ((char)b).ToString() : $"\\{b:D3}")) + "\"";
}
