using Operator.Cli.Eval.Running;
using Operator.Testing;

namespace Operator.Cli.Tests.Eval.Running;

public class EvalProgressTests
{
    [Fact]
    public void Nothing_is_told_within_a_second_and_then_every_five()
    {
        var (error, time) = (new StringWriter(), new ManualTimeProvider());
        using (var progress = new EvalProgress(error, 3, time))
        {
            progress.Done(true);
            time.Advance(TimeSpan.FromSeconds(0.9));
            Assert.Equal("", error.ToString());
            time.Advance(TimeSpan.FromSeconds(0.1));
            progress.Done(false);
            time.Advance(TimeSpan.FromSeconds(5));
        }
        time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(["1 of 3 cases ...", "2 of 3 cases, 1 failed ..."], error.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }
}
