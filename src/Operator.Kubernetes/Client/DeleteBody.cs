using System.Buffers;
using System.Text.Json;

namespace Operator.Kubernetes;

/// <summary>Writes the <c>DeleteOptions</c> that go along with a deletion.</summary>
internal static class DeleteBody
{
    public static ReadOnlyMemory<byte>? Write(DeleteOptions? options)
    {
        if (options is null) return null;
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("apiVersion", "v1");
            writer.WriteString("kind", "DeleteOptions");
            if (options.GracePeriodSeconds is { } grace) writer.WriteNumber("gracePeriodSeconds", grace);
            if (options.PropagationPolicy is { } policy) writer.WriteString("propagationPolicy", policy);
            if (options.Uid is not null || options.ResourceVersion is not null)
            {
                writer.WriteStartObject("preconditions");
                if (options.Uid is { } uid) writer.WriteString("uid", uid);
                if (options.ResourceVersion is { } version) writer.WriteString("resourceVersion", version);
                writer.WriteEndObject();
            }
            if (options.DryRun)
            {
                writer.WriteStartArray("dryRun");
                writer.WriteStringValue("All");
                writer.WriteEndArray();
            }
            writer.WriteEndObject();
        }
        return buffer.WrittenMemory;
    }
}
