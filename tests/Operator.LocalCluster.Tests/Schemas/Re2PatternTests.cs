using Operator.LocalCluster.Schemas;

namespace Operator.LocalCluster.Tests.Schemas;

public class Re2PatternTests
{
    [Theory]
    [InlineData("^a$", "a", true)]
    [InlineData("^a$", "a\n", false)]
    [InlineData(@"^\d+$", "٣", false)]
    [InlineData(@"^\w+$", "straße", false)]
    [InlineData(@"^[\w.]+$", "a.b_1", true)]
    [InlineData(@"^[^\s]+$", "a b", false)]
    [InlineData(@"^\S+$", "ab", true)]
    [InlineData(@"^[\D]+$", "a٣", true)]
    [InlineData(@"^[\D]+$", "a3", false)]
    [InlineData(@"^[\W]+$", "-^`", true)]
    [InlineData(@"^[\W]+$", "_", false)]
    [InlineData(@"^[x\S]+$", "ab c", false)]
    [InlineData("^[[:alpha:]]+$", "abc", true)]
    [InlineData("^[[:alpha:]]+$", "ab1", false)]
    [InlineData(@"^\pL+$", "é", true)]
    [InlineData("^(?P<x>a)(?i)B$", "ab", true)]
    [InlineData(@"^\Qa.b\E$", "a.b", true)]
    [InlineData(@"^\Qa.b\E$", "axb", false)]
    [InlineData("^[]a]+$", "]a", true)]
    [InlineData("^[a-z[]+$", "a[", true)]
    [InlineData(@"^\x{1F600}$", "😀", true)]
    [InlineData("(?U)a+", "aa", true)]
    [InlineData("(?Ui:B)", "ab", true)]
    [InlineData("(?:b)", "b", true)]
    [InlineData("b", "abc", true)]
    [InlineData("^(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", false)]
    public void Patterns_match_as_in_Go(string pattern, string text, bool expected) =>
        Assert.Equal(expected ? null : pattern, Re2Pattern.Mismatch(pattern, text));

    [Fact]
    public void An_invalid_pattern_says_so()
    {
        Assert.StartsWith("(, but pattern is invalid: error parsing regexp: ", Re2Pattern.Mismatch("(", "x"), StringComparison.Ordinal);
        Assert.False(Re2Pattern.IsValid("(", out _));
        Assert.True(Re2Pattern.IsValid("a", out _));
    }
}
