using System.Globalization;
using System.Text.Json.Nodes;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Schemas;

namespace Operator.LocalCluster.BuiltIns;

/// <summary>Configurations of admission webhooks.</summary>
internal sealed class WebhookConfigurationStrategy(string kind) : BuiltInStrategy(TypeCatalog.Get(kind))
{
    /// <inheritdoc/>
    public override bool AllowsUnconditionalUpdate => false;

    /// <inheritdoc/>
    public override bool HasGeneration => true;

    /// <inheritdoc/>
    public override IEnumerable<FieldError> Validate(JsonObject value, JsonObject? live)
    {
        var index = 0;
        foreach (var webhook in value.Children("webhooks"))
        {
            var path = $"webhooks[{(index++).ToString(CultureInfo.InvariantCulture)}]";
            var name = webhook.Text("name") ?? "";
            if (name.Split('.') is not { Length: >= 3 })
                yield return Invalid(path + ".name", name, "should be a domain with at least three segments separated by dots");
            var config = webhook.Child("clientConfig");
            if (config?["url"] is null == config?["service"] is null)
                yield return Required(path + ".clientConfig", "exactly one of url or service is required");
            if (config.Text("url") is { } url && !(Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme == "https"))
                yield return Invalid(path + ".clientConfig.url", url, "'https' is the only allowed URL scheme; desired format: https://host[/path]");
            if (!webhook.Texts("admissionReviewVersions").Intersect(["v1", "v1beta1"]).Any())
            {
                yield return Invalid(path + ".admissionReviewVersions", webhook["admissionReviewVersions"],
                    "must include at least one of v1, v1beta1");
            }
            var rule = 0;
            foreach (var rules in webhook.Children("rules"))
            {
                var rulePath = $"{path}.rules[{(rule++).ToString(CultureInfo.InvariantCulture)}]";
                foreach (var list in (string[])["operations", "apiGroups", "apiVersions", "resources"])
                    if (!rules.Texts(list).Any())
                        yield return Required($"{rulePath}.{list}");
                foreach (var operation in rules.Texts("operations").Where(o => o is not ("*" or "CREATE" or "UPDATE" or "DELETE" or "CONNECT")))
                {
                    yield return new(rulePath + ".operations", "FieldValueNotSupported",
                        $"Unsupported value: \"{operation}\": supported values: \"*\", \"CONNECT\", \"CREATE\", \"DELETE\", \"UPDATE\"");
                }
            }
        }
    }
}
