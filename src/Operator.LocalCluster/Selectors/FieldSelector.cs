using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Storage;

namespace Operator.LocalCluster.Selectors;

/// <summary>A field selector: every term must hold.</summary>
internal sealed class FieldSelector
{
    private readonly ImmutableArray<Term> _terms;
    private readonly ResourceDefinition _resource;

    private FieldSelector(ImmutableArray<Term> terms, ResourceDefinition resource)
    {
        _terms = terms;
        _resource = resource;
    }

    /// <summary>Whether every object matches.</summary>
    public bool IsEverything => _terms.IsEmpty;

    /// <summary>The name that a term requires; null where none does.</summary>
    public string? RequiredName => _terms.FirstOrDefault(t => t.Path == "metadata.name" && t.Equal)?.Value;

    /// <summary>Reads the string form, such as <c>metadata.name=a,spec.nodeName!=b</c>.</summary>
    /// <exception cref="ApiException">400: malformed, or a field that the resource does not select by.</exception>
    public static FieldSelector Parse(string? text, ResourceDefinition resource)
    {
        var terms = ImmutableArray.CreateBuilder<Term>();
        foreach (var part in Split(text ?? ""))
        {
            var term = ParseTerm(part) ?? throw ApiErrors.BadRequest($"invalid selector: '{text}'; can't understand '{part}'");
            if (term.Path != "metadata.name" && !(term.Path == "metadata.namespace" && resource.Namespaced)
                && !resource.SelectableFields.Contains(term.Path)) throw Unsupported(term.Path, resource);
            terms.Add(term);
        }
        return new(terms.ToImmutable(), resource);
    }

    /// <summary>Whether an object matches.</summary>
    public bool Matches(StoredObject value)
    {
        JsonDocument? document = null;
        try
        {
            foreach (var term in _terms)
            {
                var actual = term.Path switch
                {
                    "metadata.name" => value.Name,
                    "metadata.namespace" => value.Namespace,
                    _ => Read((document ??= JsonDocument.Parse(ObjectVersions.Render(value, _resource), new() { MaxDepth = Storage.ObjectWriter.MaximumDepth })).RootElement, term.Path),
                };
                if ((actual == term.Value) != term.Equal) return false;
            }
            return true;
        }
        finally
        {
            document?.Dispose();
        }
    }

    private static string Read(JsonElement element, string path)
    {
        foreach (var name in path.TrimStart('.').Split('.'))
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element)) return "";
        }
        return element.ValueKind switch
        {
            JsonValueKind.String => element.GetString()!,
            JsonValueKind.Null => "",
            _ => element.GetRawText(),
        };
    }

    private static ApiException Unsupported(string path, ResourceDefinition resource) => ApiErrors.BadRequest(
        resource.IsCustom || resource.SelectableFields.Count > 0
            ? $"field label not supported: {path}"
            : $"\"{path}\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"");

    private static Term? ParseTerm(string part)
    {
        for (var i = 0; i < part.Length; i++)
        {
            if (part[i] == '\\')
            {
                i++;
                continue;
            }
            var (length, equal) = part.AsSpan(i) switch
            {
                ['!', '=', ..] => (2, false),
                ['=', '=', ..] => (2, true),
                ['=', ..] => (1, true),
                _ => (0, false),
            };
            if (length > 0) return new(part[..i].Trim(), Unescape(part[(i + length)..]), equal);
        }
        return null;
    }

    private static IEnumerable<string> Split(string text)
    {
        var start = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && text[i] == '\\')
            {
                i++;
                continue;
            }
            if (i < text.Length && text[i] != ',') continue;
            if (i > start) yield return text[start..i];
            start = i + 1;
        }
    }

    private static string Unescape(string value)
    {
        if (!value.Contains('\\')) return value;
        var plain = new StringBuilder(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '\\' && i + 1 < value.Length) i++;
            plain.Append(value[i]);
        }
        return plain.ToString();
    }

    private sealed record Term(string Path, string Value, bool Equal);
}
