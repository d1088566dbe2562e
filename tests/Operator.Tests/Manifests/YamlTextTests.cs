using System.Text.Json.Nodes;
using Operator.Kubernetes.Yaml;
using Xunit;

namespace Operator.Tests.Manifests;

public sealed class YamlTextTests
{
    [Theory]
    [InlineData("""{"a":"true","b":"1","c":"","d":"x: y","e":"# no","f":"- a","g":"null","h":"a\nb","i":"*","j":"{}","k":"1e3","l":"No","m":" x","n":"x "}""")]
    [InlineData("""{"a":[],"b":{},"c":[[1,2],[]],"d":[{"x":1,"y":[{"z":"q"}]}],"e":null,"f":true,"g":-5,"h":"é ☃","i":"it's","j":"a #b","k":"a:b","l":"10:20"}""")]
    [InlineData("""{"x-y":"^[a-z]+$","0":"^(100|x)%?$","a.b/c":"@at","d":"`c` is","e":"last\n","f":"a\n\n  b","g":"&a","h":"!x","i":"%x","j":"2026-11-20","k":".5","l":"0x1f"}""")]
    public void What_is_written_reads_back_as_the_same(string json)
    {
        var node = JsonNode.Parse(json)!;
        var text = YamlText.Write(node);

        Assert.True(JsonNode.DeepEquals(node, KubernetesYaml.Parse(text).Single()), text);
    }
}
