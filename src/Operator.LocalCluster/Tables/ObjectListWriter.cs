using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Storage;

namespace Operator.LocalCluster.Tables;

/// <summary>Writes a list of objects from their stored bytes.</summary>
internal static class ObjectListWriter
{
    private const int FlushEvery = 64 * 1024;

    /// <summary>Writes the whole list. Custom resources have sorted keys; the items of built-in kinds have no kind and apiVersion.</summary>
    public static async Task WriteAsync(
        PipeWriter writer, ResourceDefinition resource, ListVerb.Page page, CancellationToken cancellationToken)
    {
        var metadata = Metadata(page, always: resource.IsCustom);
        Write(writer, resource.IsCustom
            ? $"{{\"apiVersion\":{Quote(resource.ApiVersion)},\"items\":["
            : $"{{\"kind\":{Quote(resource.ListKind)},\"apiVersion\":{Quote(resource.ApiVersion)},\"metadata\":{metadata},\"items\":[");
        var head = Encoding.UTF8.GetBytes($"{{\"kind\":{Quote(resource.Kind)},\"apiVersion\":{Quote(resource.ApiVersion)},");
        var unflushed = 0;
        for (var i = 0; i < page.Objects.Count; i++)
        {
            if (i > 0) writer.Write(","u8);
            var json = ObjectVersions.Render(page.Objects[i], resource);
            if (!resource.IsCustom && json.Span.StartsWith(head))
            {
                writer.Write("{"u8);
                json = json[head.Length..];
            }
            writer.Write(json.Span);
            unflushed += json.Length;
            if (unflushed < FlushEvery) continue;
            unflushed = 0;
            await writer.FlushAsync(cancellationToken);
        }
        Write(writer, resource.IsCustom ? $"],\"kind\":{Quote(resource.ListKind)},\"metadata\":{metadata}}}\n" : "]}\n");
        await writer.FlushAsync(cancellationToken);
    }

    /// <summary>The metadata of a list as JSON.</summary>
    /// <param name="page">The page.</param>
    /// <param name="always">Whether an empty continue is written.</param>
    public static string Metadata(ListVerb.Page page, bool always)
    {
        var revision = page.Revision.ToString(CultureInfo.InvariantCulture);
        var fields = new List<string>();
        if (always) fields.Add($"\"continue\":{Quote(page.Continue)}");
        if (always && page.Remaining is { } remaining) fields.Add(string.Create(CultureInfo.InvariantCulture, $"\"remainingItemCount\":{remaining}"));
        fields.Add($"\"resourceVersion\":\"{revision}\"");
        if (!always && page.Continue.Length > 0) fields.Add($"\"continue\":{Quote(page.Continue)}");
        if (!always && page.Remaining is { } rest) fields.Add(string.Create(CultureInfo.InvariantCulture, $"\"remainingItemCount\":{rest}"));
        return $"{{{string.Join(",", fields)}}}";
    }

    private static string Quote(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    private static void Write(PipeWriter writer, string text) => writer.Write(Encoding.UTF8.GetBytes(text));
}
