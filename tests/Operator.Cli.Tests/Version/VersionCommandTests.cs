using Operator.Cli.Version;

namespace Operator.Cli.Tests.Version;

public class VersionCommandTests
{
    [Fact]
    public async Task The_version_is_printed_alone()
    {
        var output = new StringWriter();
        var code = await VersionCommand.Create().Parse([]).InvokeAsync(new() { Output = output }, TestContext.Current.CancellationToken);
        Assert.Equal(0, code);
        Assert.Matches(@"^\d+\.\d+\.\d+\S*\s*$", output.ToString());
    }
}
