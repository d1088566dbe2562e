using System.Text.Json;
using System.Text.Unicode;

namespace Operator.Runtime.Admission.Review;

/// <summary>A body that is no AdmissionReview; the message names the field.</summary>
internal sealed class MalformedReviewException(string message) : Exception(message);

/// <summary>Reads the request of an <c>admission.k8s.io/v1</c> AdmissionReview.</summary>
internal static class AdmissionReviewReader
{
    public const string ApiVersion = "admission.k8s.io/v1";

    /// <summary>How deeply objects may nest.</summary>
    public const int MaxDepth = 256;

    /// <summary>Reads a body.</summary>
    /// <exception cref="MalformedReviewException">It is no AdmissionReview of this version with a usable request.</exception>
    public static AdmissionRequest Read(ReadOnlyMemory<byte> body)
    {
        if (!Utf8.IsValid(body.Span)) throw new MalformedReviewException("the body is not UTF-8");
        try
        {
            return Read(Parse(body));
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, escaped: valid JSON that is no text.
            throw new MalformedReviewException("the body has a string that is not valid text");
        }
    }

    private static JsonElement Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = MaxDepth });
            return document.RootElement.Clone();
        }
        catch (JsonException error)
        {
            throw new MalformedReviewException($"the body is not JSON: {error.Message}");
        }
    }

    private static AdmissionRequest Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object) throw new MalformedReviewException("the body is not a JSON object");
        Expect(root, "apiVersion", ApiVersion);
        Expect(root, "kind", "AdmissionReview");
        var request = Object(root, "request", "");
        return new AdmissionRequest
        {
            Uid = NonEmpty(request, "uid"),
            Operation = Operation(NonEmpty(request, "operation")),
            Kind = GroupVersion(request, "kind", "kind"),
            Resource = GroupVersion(request, "resource", "resource"),
            SubResource = Text(request, "subResource", "request.") ?? "",
            Name = Text(request, "name", "request.") ?? "",
            Namespace = Text(request, "namespace", "request.") is { Length: > 0 } name ? name : null,
            DryRun = Flag(request, "dryRun"),
            User = User(request),
            Object = Optional(request, "object"),
            OldObject = Optional(request, "oldObject"),
            Options = Optional(request, "options"),
        };
    }

    private static AdmissionOperation Operation(string value) => value switch
    {
        "CREATE" => AdmissionOperation.Create,
        "UPDATE" => AdmissionOperation.Update,
        "DELETE" => AdmissionOperation.Delete,
        "CONNECT" => AdmissionOperation.Connect,
        _ => throw new MalformedReviewException($"request.operation is \"{value}\", not CREATE, UPDATE, DELETE or CONNECT"),
    };

    private static void Expect(JsonElement root, string name, string value)
    {
        var found = Text(root, name, "");
        if (found != value) throw new MalformedReviewException($"{name} is \"{found}\", expected \"{value}\"");
    }

    private static GroupVersionName GroupVersion(JsonElement request, string field, string last)
    {
        var at = "request." + field + ".";
        var value = Object(request, field, "request.");
        return new GroupVersionName(Text(value, "group", at) ?? "", Text(value, "version", at) ?? "", Text(value, last, at) ?? "");
    }

    private static AdmissionUser User(JsonElement request)
    {
        if (Optional(request, "userInfo") is not { } user) return new AdmissionUser("", "", [], new Dictionary<string, IReadOnlyList<string>>());
        const string at = "request.userInfo.";
        var extra = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (Optional(user, "extra", at) is { } given)
        {
            foreach (var entry in given.EnumerateObject()) extra[entry.Name] = Texts(entry.Value, at + "extra." + entry.Name);
        }

        var groups = user.TryGetProperty("groups", out var list) && list.ValueKind != JsonValueKind.Null ? Texts(list, at + "groups") : [];
        return new AdmissionUser(Text(user, "username", at) ?? "", Text(user, "uid", at) ?? "", groups, extra);
    }

    private static string[] Texts(JsonElement list, string at)
    {
        if (list.ValueKind != JsonValueKind.Array || list.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String))
            throw new MalformedReviewException($"{at} is not a list of strings");
        return [.. list.EnumerateArray().Select(item => item.GetString()!)];
    }

    private static JsonElement Object(JsonElement parent, string name, string at) =>
        Optional(parent, name, at) ?? throw new MalformedReviewException($"{at}{name} is missing");

    private static JsonElement? Optional(JsonElement parent, string name, string at = "request.")
    {
        if (!parent.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        return value.ValueKind == JsonValueKind.Object ? value : throw new MalformedReviewException($"{at}{name} is not an object");
    }

    private static string NonEmpty(JsonElement request, string name) =>
        Text(request, name, "request.") is { Length: > 0 } text ? text : throw new MalformedReviewException($"request.{name} is missing");

    private static string? Text(JsonElement parent, string name, string at)
    {
        if (!parent.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind != JsonValueKind.String) throw new MalformedReviewException($"{at}{name} is not a string");
        return value.GetString();
    }

    private static bool Flag(JsonElement request, string name)
    {
        if (!request.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.Null or JsonValueKind.False) return false;
        return value.ValueKind == JsonValueKind.True ? true : throw new MalformedReviewException($"request.{name} is not a boolean");
    }
}
