using System.Text;
using System.Text.Json.Nodes;
using Operator.LocalCluster.Storage;

namespace Operator.LocalCluster.Tests.Storage;

public class ObjectWriterTests
{
    private const string Text =
        """{"spec":{"b":1,"a":[{"d":null,"c":"<é>"}]},"metadata":{"labels":{"z":"1","y":"2"},"name":"n"},"apiVersion":"v1","kind":"K"}""";

    [Fact]
    public void Custom_resources_have_sorted_keys_at_every_depth() => Assert.Equal(
        """{"apiVersion":"v1","kind":"K","metadata":{"labels":{"y":"2","z":"1"},"name":"n"},"spec":{"a":[{"c":"<é>","d":null}],"b":1}}""",
        Write(sorted: true));

    [Fact]
    public void Built_in_kinds_lead_with_kind_apiVersion_and_ordered_metadata() => Assert.Equal(
        """{"kind":"K","apiVersion":"v1","metadata":{"name":"n","labels":{"z":"1","y":"2"}},"spec":{"b":1,"a":[{"d":null,"c":"<é>"}]}}""",
        Write(sorted: false));

    private static string Write(bool sorted) =>
        Encoding.UTF8.GetString(ObjectWriter.Write((JsonObject)JsonNode.Parse(Text)!, sorted));
}
