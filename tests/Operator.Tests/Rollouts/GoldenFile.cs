using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Operator.Tests.Rollouts;

/// <summary>Compares with a kept document; <c>UPDATE_GOLDEN=1</c> writes it anew.</summary>
internal static class GoldenFile
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Matches(string name, JsonNode actual)
    {
        var file = Path.Combine(Folder(), name);
        var text = actual.ToJsonString(Readable) + "\n";
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1") File.WriteAllText(file, text);
        Assert.True(File.Exists(file), $"{name} is not kept yet: run with UPDATE_GOLDEN=1 and look at it");
        Assert.Equal(File.ReadAllText(file), text);
    }

    private static string Folder([CallerFilePath] string path = "") => Path.Combine(Path.GetDirectoryName(path)!, "Golden");
}
