using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Benchmarks;

/// <summary>One measured figure with the bar it is held against; a figure without a bar always holds.</summary>
internal sealed record Figure(string Name, double Value, string Unit, string Bar, bool Holds)
{
    /// <summary>A figure that must not exceed <paramref name="bar"/>.</summary>
    public static Figure AtMost(string name, double value, string unit, double bar) =>
        new(name, value, unit, "<= " + bar.ToString(CultureInfo.InvariantCulture), value <= bar);

    /// <summary>A figure that must reach <paramref name="bar"/>.</summary>
    public static Figure AtLeast(string name, double value, string unit, double bar) =>
        new(name, value, unit, ">= " + bar.ToString(CultureInfo.InvariantCulture), value >= bar);

    /// <summary>A figure that is shown for context only.</summary>
    public static Figure Shown(string name, double value, string unit) => new(name, value, unit, "", true);

    public static string ToJson(string benchmark, IReadOnlyList<Figure> figures)
    {
        var array = new JsonArray();
        foreach (var figure in figures)
        {
            array.Add(new JsonObject
            {
                ["name"] = figure.Name,
                ["value"] = Math.Round(figure.Value, 4),
                ["unit"] = figure.Unit,
                ["bar"] = figure.Bar,
                ["holds"] = figure.Holds,
            });
        }
        var line = new JsonObject { ["benchmark"] = benchmark, ["figures"] = array };
        return line.ToJsonString(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
