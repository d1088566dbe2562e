using Operator.Testing;

namespace Operator.Architecture.Tests;

public class ImageVariablesTests
{
    private static readonly string[] Dockerfile =
    [
        "FROM --platform=$BUILDPLATFORM example.org/sdk:1 AS build",
        "ENV BUILD_ONLY=1",
        "# ENV NOT=one",
        "FROM example.org/base:1 AS base",
        "ENV A=1 B=x=y",
        "FROM base AS limiter",
        "ENV A=2",
        "COPY --from=build /out .",
        "FROM base AS operator",
        "ENV C=3",
    ];

    [Theory]
    [InlineData("limiter", "A=2 B=x=y")]
    [InlineData("operator", "A=1 B=x=y C=3")]
    [InlineData("base", "A=1 B=x=y")]
    public void An_image_sets_its_own_variables_and_those_of_the_image_below(string image, string variables) =>
        Assert.Equal(variables, string.Join(' ', ImageVariables.Of(image, Dockerfile).OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => $"{v.Key}={v.Value}")));

    [Fact]
    public void An_image_that_is_none_is_an_error() =>
        Assert.Contains("base, limiter", Assert.Throws<ArgumentException>(() => ImageVariables.Of("mock", Dockerfile)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("limiter", "MALLOC_ARENA_MAX")]
    [InlineData("operator", "DOTNET_GCgen0size")]
    public void The_images_that_are_built_set_what_their_memory_was_measured_with(string image, string variable)
    {
        var variables = ImageVariables.Of(image);
        Assert.Equal("0", variables["DOTNET_EnableDiagnostics"]);
        Assert.Contains(variable, variables.Keys);
    }
}
