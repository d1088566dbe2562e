using Operator.Api;
using Operator.Kubernetes.Models;

namespace Operator.Tests.Quotas;

/// <summary>Makes quotas for tests.</summary>
internal static class Quota
{
    public static ClaudeQuota Root(string name = "organization", string @namespace = "platform", Tier? tier = Tier.Scale, params string[] allowed) =>
        New(name, @namespace, new ClaudeQuotaSpec { Tier = tier, AllowedNamespaces = allowed.Length == 0 ? ["*"] : [.. allowed] });

    public static ClaudeQuota Child(
        string name, string parent = "platform/organization", string? guarantee = null, string? borrowing = null, int? weight = null, string @namespace = "platform")
    {
        var at = parent.Split('/');
        var hasShare = guarantee is not null || borrowing is not null || weight is not null;
        return New(name, @namespace, new ClaudeQuotaSpec
        {
            ParentRef = new QuotaReference { NamespaceProperty = at[0], Name = at[1] },
            Share = hasShare
                ? new ShareSpec
                {
                    Guarantee = guarantee is null ? null : new Percent(guarantee),
                    Borrowing = borrowing is null ? null : new Percent(borrowing),
                    Weight = weight,
                }
                : null,
        });
    }

    public static ClaudeQuota New(string name, string @namespace, ClaudeQuotaSpec spec) => new()
    {
        ApiVersion = ApiGroup.ApiVersion,
        Kind = "ClaudeQuota",
        Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = @namespace, Generation = 1, Uid = name, ResourceVersion = "1" },
        Spec = spec,
    };

    public static ModelLimits Limits(long? requests, long? input, long? output, params string[] models) =>
        new() { Models = [.. models], RequestsPerMinute = requests, InputTokensPerMinute = input, OutputTokensPerMinute = output };
}
