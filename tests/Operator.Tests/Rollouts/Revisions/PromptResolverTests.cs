using Operator.Api;
using Operator.Kubernetes.Models;
using Operator.Rollouts.Revisions;

namespace Operator.Tests.Rollouts.Revisions;

public class PromptResolverTests
{
    private static readonly PromptReference Reference = new() { Name = "triage", Version = "v1" };

    [Fact]
    public void The_text_of_the_one_config_map_with_both_labels_is_found()
    {
        var found = Assert.IsType<PromptResolution.Found>(PromptResolver.Resolve("ns", Reference, [Map("a", "Sort.")]));
        Assert.Equal("Sort.", found.Content);
        Assert.Equal(64, found.Digest.Length);
    }

    [Fact]
    public void A_missing_prompt_names_the_labels_and_what_to_do()
    {
        var failed = Assert.IsType<PromptResolution.Failed>(PromptResolver.Resolve("ns", Reference, []));
        Assert.Equal(PromptReasons.NotFound, failed.Reason);
        Assert.Contains("claudeops.dev/prompt=triage,claudeops.dev/prompt-version=v1", failed.Message, StringComparison.Ordinal);
        Assert.Contains("spec.prompt", failed.Message, StringComparison.Ordinal);
        Assert.Contains("'system'", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_config_maps_are_ambiguous_even_with_the_same_text()
    {
        var failed = Assert.IsType<PromptResolution.Failed>(PromptResolver.Resolve("ns", Reference, [Map("b", "Sort."), Map("a", "Sort.")]));
        Assert.Equal(PromptReasons.Ambiguous, failed.Reason);
        Assert.Contains("(a, b)", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_is_being_deleted_does_not_count()
    {
        var leaving = Map("b", "Other.");
        leaving.Metadata.DeletionTimestamp = DateTimeOffset.UnixEpoch;
        var found = Assert.IsType<PromptResolution.Found>(PromptResolver.Resolve("ns", Reference, [leaving, Map("a", "Sort.")]));
        Assert.Equal("Sort.", found.Content);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  \n")]
    public void No_text_under_the_key_is_an_error(string? text)
    {
        var map = Map("a", text ?? "");
        if (text is null) map.Data = new Dictionary<string, string> { ["other"] = "text" };
        var failed = Assert.IsType<PromptResolution.Failed>(PromptResolver.Resolve("ns", Reference, [map]));
        Assert.Equal(PromptReasons.Empty, failed.Reason);
    }

    [Fact]
    public void Size_counts_in_bytes()
    {
        Assert.IsType<PromptResolution.Found>(PromptResolver.Resolve("ns", Reference, [Map("a", new string('a', PromptResolver.MaxBytes))]));
        var failed = Assert.IsType<PromptResolution.Failed>(
            PromptResolver.Resolve("ns", Reference, [Map("a", new string('é', (PromptResolver.MaxBytes / 2) + 1))]));
        Assert.Equal(PromptReasons.TooLarge, failed.Reason);
        Assert.DoesNotContain("éé", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_a_config_map_with_both_labels_is_indexed()
    {
        Assert.Equal("ns/triage/v1", PromptResolver.IndexOf(Map("a", "x")));
        var half = Map("a", "x");
        half.Metadata.Labels!.Remove(Labels.PromptVersion);
        Assert.Null(PromptResolver.IndexOf(half));
    }

    private static V1ConfigMap Map(string name, string text) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = name,
            NamespaceProperty = "ns",
            Labels = new Dictionary<string, string> { [Labels.Prompt] = "triage", [Labels.PromptVersion] = "v1" },
        },
        Data = new Dictionary<string, string> { ["system"] = text },
    };
}
