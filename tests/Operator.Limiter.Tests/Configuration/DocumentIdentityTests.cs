using System.Text;
using Operator.Limiter.Configuration;

namespace Operator.Limiter.Tests.Configuration;

public class DocumentIdentityTests
{
    [Theory]
    [InlineData("""{"namespace":"team","name":"triage","generation":7,"lane":"express"}""", "team/triage", 7L)]
    [InlineData("""{"lanes":[{"name":"other"}],"generation":7,"namespace":"team","quota":{"name":"tools","generation":1},"name":"triage"}""", "team/triage", 7L)]
    [InlineData("""{"namespace":"team","name":"triage","generation":7,"stable":{"sys""", "team/triage", 7L)]
    [InlineData("""{"namespace":"team","name":"triage","generation":"7"}""", "team/triage", null)]
    [InlineData("""{"namespace":"team","name":"triage","generation":7.5}""", "team/triage", null)]
    [InlineData("""{"namespace":"team","generation":7}""", null, 7L)]
    [InlineData("""{"namespace":"team","name":"","generation":7}""", null, 7L)]
    [InlineData("""{"namespace":"team","name":"\ud800","generation":7}""", null, null)]
    [InlineData("""["namespace","team"]""", null, null)]
    [InlineData("", null, null)]
    public void What_a_document_tells_before_it_breaks_counts(string document, string? deployment, long? generation) =>
        Assert.Equal(new DocumentIdentity(deployment, generation), DocumentIdentity.Of(Encoding.UTF8.GetBytes(document)));

    [Fact]
    public void No_document_brings_it_down()
    {
        var good = Sample.Json(Sample.Deployment());
        var random = new Random(7);
        for (var i = 0; i < 5_000; i++)
        {
            var copy = good.AsSpan(0, random.Next(good.Length + 1)).ToArray();
            for (var n = random.Next(4); n > 0 && copy.Length > 0; n--) copy[random.Next(copy.Length)] = (byte)random.Next(256);
            _ = DocumentIdentity.Of(copy);
        }
        Assert.Equal(new DocumentIdentity("team/triage", 1), DocumentIdentity.Of(good));
    }
}
