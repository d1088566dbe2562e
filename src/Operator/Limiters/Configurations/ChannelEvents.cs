using System.Text;

namespace Operator.Limiters.Configurations;

/// <summary>Server-sent events of the stream, ready to be sent in one piece.</summary>
internal static class ChannelEvents
{
    /// <summary>An event.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="id">Its id; null for none.</param>
    /// <param name="data">JSON in one line.</param>
    public static byte[] Write(string name, string? id, ReadOnlySpan<byte> data)
    {
        var head = Encoding.ASCII.GetBytes(id is null ? $"event: {name}\ndata: " : $"event: {name}\nid: {id}\ndata: ");
        return [.. head, .. data, .. "\n\n"u8];
    }
}
