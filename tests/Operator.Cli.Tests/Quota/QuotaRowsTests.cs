using Operator.Api;
using Operator.Cli.Quota;
using Operator.Kubernetes.Models;

namespace Operator.Cli.Tests.Quota;

public class QuotaRowsTests
{
    [Fact]
    public void Quotas_stand_below_their_parents_and_lost_ones_are_shown_too()
    {
        ClaudeQuota[] quotas = [Quota("support", "tools", ("platform", "organization")), Quota("platform", "organization"), Quota("a", "lost", ("a", "ring")), Quota("a", "ring", ("a", "lost"))];
        Assert.Equal(["platform/organization", "  support/tools", "a/lost", "a/ring"], QuotaRows.Of(quotas, wide: false).Select(r => r[0]));
    }

    private static ClaudeQuota Quota(string space, string name, (string Space, string Name)? parent = null) => new()
    {
        Metadata = new V1ObjectMeta { NamespaceProperty = space, Name = name },
        Spec = new ClaudeQuotaSpec { ParentRef = parent is { } p ? new QuotaReference { NamespaceProperty = p.Space, Name = p.Name } : null },
    };
}
