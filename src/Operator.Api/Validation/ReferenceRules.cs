namespace Operator.Api.Validation;

/// <summary>References to other objects.</summary>
internal static class ReferenceRules
{
    public static void Quota(FindingCollector found, string path, QuotaReference? reference)
    {
        if (reference is null)
        {
            found.Required(path, "is missing; name the ClaudeQuota whose budget is drawn on");
            return;
        }
        found.Unknown(path, reference);
        TextRules.ObjectName(found, path + ".name", reference.Name);
        if (!string.IsNullOrEmpty(reference.NamespaceProperty)) TextRules.DnsLabel(found, path + ".namespace", reference.NamespaceProperty);
    }
}
