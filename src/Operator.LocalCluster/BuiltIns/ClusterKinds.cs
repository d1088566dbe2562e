using Operator.LocalCluster.CustomResources;
using Operator.LocalCluster.Resources;
using static Operator.LocalCluster.BuiltIns.Kinds;

namespace Operator.LocalCluster.BuiltIns;

/// <summary>The kinds of coordination, access control, networking, admission and of custom resources.</summary>
internal static class ClusterKinds
{
    private const string Rbac = "rbac.authorization.k8s.io";
    private const string Admission = "admissionregistration.k8s.io";

    /// <summary>The definitions.</summary>
    public static IEnumerable<ResourceDefinition> All =>
    [
        Define("coordination.k8s.io", "v1", "Lease", "leases", new LeaseStrategy { Row = Rows.Lease }) with
        {
            Columns = [Column("Holder", "Who holds the lease."), Age],
        },
        Role("ClusterRole", "clusterroles") with { Namespaced = false },
        Binding("ClusterRoleBinding", "clusterrolebindings") with { Namespaced = false },
        Role("Role", "roles"),
        Binding("RoleBinding", "rolebindings"),
        Define("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies",
            new BuiltInStrategy(TypeCatalog.Get("NetworkPolicy")) { CountsGenerations = true, Row = Rows.NetworkPolicy }) with
        {
            ShortNames = ["netpol"], Columns = [Column("Pod-Selector", "The labels of the pods it is about."), Age],
        },
        Define("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices",
            new BuiltInStrategy(TypeCatalog.Get("EndpointSlice")) { CountsGenerations = true, Unconditional = false, Row = Rows.AgeOnly }),
        Webhooks("MutatingWebhookConfiguration", "mutatingwebhookconfigurations"),
        Webhooks("ValidatingWebhookConfiguration", "validatingwebhookconfigurations"),
        Define("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions",
            new CustomResourceDefinitionStrategy { Row = Rows.CreatedAt }) with
        {
            ShortNames = ["crd", "crds"], Categories = ["api-extensions"], Namespaced = false, HasStatus = true,
            Columns = [new("Created At", "date", ".metadata.creationTimestamp", Description: "When the definition was created.")],
        },
    ];

    private static ResourceDefinition Role(string kind, string plural) =>
        Define(Rbac, "v1", kind, plural, new RoleStrategy(kind) { Row = Rows.CreatedAt }) with
        {
            Columns = [new("Created At", "date", ".metadata.creationTimestamp", Description: "When the role was created.")],
        };

    private static ResourceDefinition Binding(string kind, string plural) =>
        Define(Rbac, "v1", kind, plural, new RoleStrategy(kind) { Row = Rows.Binding }) with
        {
            Columns =
            [
                Column("Role", "The role that is granted."), Age, Wide("Users", "The users it is granted to."),
                Wide("Groups", "The groups it is granted to."), Wide("ServiceAccounts", "The service accounts it is granted to."),
            ],
        };

    private static ResourceDefinition Webhooks(string kind, string plural) =>
        Define(Admission, "v1", kind, plural, new WebhookConfigurationStrategy(kind) { Row = Rows.Webhooks }) with
        {
            Categories = ["api-extensions"], Namespaced = false, Columns = [Column("Webhooks", "How many webhooks there are.", "integer"), Age],
        };
}
