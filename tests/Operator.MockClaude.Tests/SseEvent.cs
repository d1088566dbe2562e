using System.Text.Json.Nodes;

namespace Operator.MockClaude.Tests;

/// <summary>An event of a stream, read by the letter of the format.</summary>
internal sealed record SseEvent(string Name, string Data)
{
    public JsonNode Json => JsonNode.Parse(Data)!;

    /// <summary>The complete events of a stream; what follows the last empty line is no event.</summary>
    public static IReadOnlyList<SseEvent> Parse(string stream)
    {
        var events = new List<SseEvent>();
        var parts = stream.Split("\n\n");
        for (var i = 0; i < parts.Length - 1; i++)
        {
            string? name = null;
            var data = new List<string>();
            foreach (var line in parts[i].Split('\n'))
            {
                if (line.StartsWith("event: ", StringComparison.Ordinal)) name = line[7..];
                else if (line.StartsWith("data: ", StringComparison.Ordinal)) data.Add(line[6..]);
                else throw new FormatException($"'{line}' is neither event nor data.");
            }
            events.Add(new SseEvent(name ?? throw new FormatException("An event without a name."), string.Join('\n', data)));
        }
        return events;
    }
}
