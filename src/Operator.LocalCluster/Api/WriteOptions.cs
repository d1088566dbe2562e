using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Operator.LocalCluster.Authorization;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Schemas;

namespace Operator.LocalCluster.Api;

/// <summary>Reads the query parameters of create, update and patch requests.</summary>
internal static class WriteOptions
{
    /// <summary>The context of a write.</summary>
    /// <param name="kind">CreateOptions, UpdateOptions or PatchOptions, as errors name it.</param>
    /// <param name="path">The request's path.</param>
    /// <param name="resource">The resource that it names.</param>
    /// <param name="query">The request's query.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="userAgent">The client's name, which is the field manager where none is given.</param>
    /// <param name="apply">Whether the request is a server-side apply.</param>
    /// <exception cref="ApiException">422: an option has no such value.</exception>
    public static WriteContext Parse(
        string kind, RequestPath path, ResourceDefinition resource, IQueryCollection query, UserInfo user, string userAgent, bool apply = false)
    {
        var errors = new List<FieldError>();
        var dryRun = DryRun(query["dryRun"]!, errors);
        var manager = (string?)query["fieldManager"] ?? "";
        if (apply && manager.Length == 0) errors.Add(new("fieldManager", "FieldValueRequired", "Required value: is required for apply patch"));
        if (manager.Length > 128)
            errors.Add(new("fieldManager", "FieldValueTooLong", "Too long: may not be more than 128 bytes"));
        var forceText = (string?)query["force"];
        if (forceText is not null && kind == "PatchOptions" && !apply)
            errors.Add(new("force", "FieldValueForbidden", "Forbidden: may not be specified for non-apply patch"));
        var validationText = (string?)query["fieldValidation"] ?? "";
        if (!TryValidation(validationText, out var validation))
        {
            errors.Add(new(
                "fieldValidation", "FieldValueNotSupported",
                $"Unsupported value: \"{validationText}\": supported values: \"Ignore\", \"Strict\", \"Warn\""));
        }
        if (errors.Count > 0) throw ApiErrors.Invalid("meta.k8s.io", kind, "", errors);

        var options = new JsonObject { ["kind"] = kind, ["apiVersion"] = "meta.k8s.io/v1" };
        if (dryRun) options["dryRun"] = new JsonArray("All");
        var force = forceText is "true" or "1";
        if (force) options["force"] = true;
        if (manager.Length > 0) options["fieldManager"] = manager;
        if (validationText.Length > 0) options["fieldValidation"] = validationText;
        return new WriteContext
        {
            Resource = resource,
            Namespace = path.Namespace,
            Name = path.Name,
            Subresource = path.Subresource.Length == 0 ? null : path.Subresource,
            User = user,
            Manager = manager.Length > 0 ? manager : ManagerOf(userAgent),
            DryRun = dryRun,
            Force = force,
            Validation = validation,
            Options = options,
        };
    }

    /// <summary>Reads <c>dryRun</c>; anything but All is an error.</summary>
    public static bool DryRun(IReadOnlyCollection<string> values, List<FieldError> errors)
    {
        var given = values.Where(v => !string.IsNullOrEmpty(v)).ToList();
        if (given.Exists(v => v != "All"))
        {
            var shown = string.Join(",", given.Select(v => $"\"{v}\""));
            errors.Add(new("dryRun", "FieldValueNotSupported", $"Unsupported value: [{shown}]: supported values: \"All\""));
        }
        return given.Count > 0;
    }

    /// <summary>The field manager of a client without one: its user agent up to the first slash.</summary>
    public static string ManagerOf(string userAgent)
    {
        var manager = userAgent.Split('/')[0];
        var printable = new string([.. manager.Where(c => !char.IsControl(c))]);
        if (printable.Length == 0) return "unknown";
        return printable.Length > 128 ? printable[..128] : printable;
    }

    private static bool TryValidation(string text, out FieldValidation validation)
    {
        validation = text switch
        {
            "Ignore" => FieldValidation.Ignore,
            "Strict" => FieldValidation.Strict,
            _ => FieldValidation.Warn,
        };
        return text is "" or "Ignore" or "Strict" or "Warn";
    }
}
