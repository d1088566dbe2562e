using System.Text;
using FsCheck.Fluent;
using Operator.Kubernetes.Serialization;
using Operator.Kubernetes.Tests.Support;

namespace Operator.Kubernetes.Tests.Serialization;

public class JsonFrameScannerTests
{
    [Fact]
    public void Every_object_ends_where_it_ends_however_the_bytes_arrive()
    {
        JsonGen.ForAll(JsonGen.Object().Zip(Gen.Choose(1, 7)), sample =>
        {
            var (text, size) = sample;
            var bytes = Encoding.UTF8.GetBytes("\n " + text + "{}");
            var scanner = new JsonFrameScanner();
            var seen = 0;
            foreach (var piece in bytes.Chunk(size))
            {
                var end = scanner.Scan(piece);
                if (end >= 0)
                {
                    Assert.Equal(bytes.Length - 2, seen + end);
                    Assert.False(scanner.IsInside);
                    return;
                }
                seen += piece.Length;
            }
            Assert.Fail("the end was not found in " + text);
        });
    }
}
