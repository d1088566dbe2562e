using System.Text.Json.Nodes;
using Operator.Permissions;
using Xunit;

namespace Operator.Tests.Manifests;

public sealed class GeneratedManifestTests
{
    public static TheoryData<string> Files => [.. GeneratedManifests.All.Keys];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_under_config_is_what_the_code_generates(string file)
    {
        var path = Path.Combine(ConfigFolder.Path, file);
        var expected = GeneratedManifests.All[file];
        if (Environment.GetEnvironmentVariable(GeneratedManifests.UpdateVariable) == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, expected);
        }
        var actual = File.Exists(path) ? File.ReadAllText(path) : "";
        var line = expected.Split('\n').Zip(actual.Split('\n').Concat(Enumerable.Repeat("", expected.Length))).TakeWhile(p => p.First == p.Second).Count() + 1;
        Assert.True(actual == expected,
            $"config/{file} differs from the code, first in line {line}. Do not edit it: change the types, attributes or comments and run "
            + $"{GeneratedManifests.UpdateVariable}=1 dotnet test tests/Operator.Tests --filter Manifests, then commit the files.");
    }

    [Fact]
    public void No_permission_is_wider_than_its_need()
    {
        string[] known = ["get", "list", "watch", "create", "update", "patch", "delete"];
        Assert.All(OperatorPermissions.All, p =>
        {
            Assert.DoesNotContain(p.Resources, r => r.Contains('*', StringComparison.Ordinal) || r.StartsWith("secrets", StringComparison.Ordinal));
            Assert.DoesNotContain(p.Resources, r => r.Contains("roles", StringComparison.Ordinal) || r.Contains("rolebindings", StringComparison.Ordinal));
            Assert.Subset(known.ToHashSet(), p.Verbs.ToHashSet());
            Assert.NotEqual("*", p.Group);
            Assert.NotEmpty(p.Why);
        });
    }

    [Fact]
    public void Every_text_list_and_map_of_a_spec_is_bounded()
    {
        var unbounded = new List<string>();
        foreach (var definition in Definitions)
        {
            Walk(definition["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!["properties"]!["spec"]!.AsObject(), "spec", (path, schema) =>
            {
                var bounded = schema["type"]?.GetValue<string>() switch
                {
                    "string" => schema.ContainsKey("maxLength") || schema.ContainsKey("enum"),
                    "array" => schema.ContainsKey("maxItems"),
                    "object" => !schema.ContainsKey("additionalProperties") || schema.ContainsKey("maxProperties"),
                    "integer" => schema.ContainsKey("maximum") && schema.ContainsKey("minimum"),
                    _ => schema["x-kubernetes-int-or-string"] is not null && schema.ContainsKey("maxLength"),
                };
                if (!bounded) unbounded.Add(path);
            });
        }
        Assert.Empty(unbounded);
    }

    [Fact]
    public void Every_field_teaches()
    {
        foreach (var definition in Definitions)
        {
            Walk(definition["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!.AsObject(), "", (path, schema) =>
            {
                if (path is "" or ".apiVersion" or ".kind" or ".metadata" || path.EndsWith("[]", StringComparison.Ordinal) || path.EndsWith("{}", StringComparison.Ordinal)) return;
                Assert.True(schema["description"]?.GetValue<string>().Length > 4, $"{path} has no description");
            });
        }
    }

    /// <summary>A default inside of a list item makes every client-side apply, and GitOps tools, see a difference for ever.</summary>
    [Fact]
    public void No_default_stands_inside_of_a_list()
    {
        foreach (var definition in Definitions)
        {
            Walk(definition["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!.AsObject(), "", (path, schema) =>
                Assert.False(path.Contains("[]", StringComparison.Ordinal) && schema.ContainsKey("default"), $"{path} has a default"));
        }
    }

    private static IEnumerable<JsonObject> Definitions =>
        [DefinitionGenerator.Definition<Api.ClaudeDeployment>(), DefinitionGenerator.Definition<Api.ClaudeQuota>(), DefinitionGenerator.Definition<Api.ClaudeEvalRun>()];

    private static void Walk(JsonObject schema, string path, Action<string, JsonObject> visit)
    {
        visit(path, schema);
        foreach (var (name, child) in schema["properties"]?.AsObject() ?? []) Walk(child!.AsObject(), $"{path}.{name}", visit);
        if (schema["items"] is JsonObject items) Walk(items, path + "[]", visit);
        if (schema["additionalProperties"] is JsonObject entries) Walk(entries, path + "{}", visit);
    }
}
