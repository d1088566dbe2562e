using Operator.LocalCluster.Resources;
using static Operator.LocalCluster.BuiltIns.Kinds;

namespace Operator.LocalCluster.BuiltIns;

/// <summary>The kinds of the core group and events.k8s.io.</summary>
internal static class CoreKinds
{
    private static readonly IReadOnlyList<PrinterColumn> EventColumns =
    [
        Column("Last Seen", "When the event was seen last."), Column("Type", "Normal or Warning."), Column("Reason", "Why, in one word."),
        Column("Object", "What the event is about."), Wide("Subobject", "The part of the object that the event is about."),
        Wide("Source", "Who reports the event."), Column("Message", "What happened."), Wide("First Seen", "When the event was seen first."),
        Wide("Count", "How often it was seen."), new("Name", "string", "", 1, "The name of the event.", "name"),
    ];

    private static readonly string[] EventFields = ["involvedObject.kind", "involvedObject.name", "involvedObject.namespace",
        "involvedObject.uid", "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason",
        "reportingComponent", "source", "type"];

    /// <summary>The definitions.</summary>
    public static IEnumerable<ResourceDefinition> All =>
    [
        Define("", "v1", "ConfigMap", "configmaps", new DataStrategy("ConfigMap") { Row = Rows.ConfigMap }) with
        {
            ShortNames = ["cm"], Columns = [Column("Data", "How many keys there are."), Age],
        },
        Plain("Endpoints", "endpoints") with { ShortNames = ["ep"] },
        Define("", "v1", "Event", "events", new EventStrategy(core: true) { Row = PodRows.Event }) with
        {
            ShortNames = ["ev"], Columns = EventColumns, SelectableFields = EventFields,
        },
        Plain("LimitRange", "limitranges") with { ShortNames = ["limits"] },
        Define("", "v1", "Namespace", "namespaces", new NamespaceStrategy { Row = Rows.Namespace }) with
        {
            ShortNames = ["ns"], Namespaced = false, HasStatus = true, Columns = [Column("Status", "The phase of the namespace."), Age],
            Verbs = ["create", "delete", "get", "list", "patch", "update", "watch"], SelectableFields = ["status.phase"],
            Subresources = [new("finalize", "", "", "Namespace", ["update"])],
        },
        Define("", "v1", "Node", "nodes", new BuiltInStrategy(TypeCatalog.Get("Node")) { Row = Rows.Node }) with
        {
            ShortNames = ["no"], Namespaced = false, HasStatus = true, SelectableFields = ["spec.unschedulable"],
            Columns =
            [
                Column("Status", "Whether the node is ready."), Column("Roles", "The roles of the node."), Age,
                Column("Version", "The version of the node's agent."), Wide("Internal-IP", "The address inside the cluster."),
                Wide("External-IP", "The address outside of the cluster."), Wide("OS-Image", "The operating system."),
                Wide("Kernel-Version", "The version of the kernel."), Wide("Container-Runtime", "What runs containers."),
            ],
        },
        Plain("PersistentVolumeClaim", "persistentvolumeclaims") with { ShortNames = ["pvc"], HasStatus = true },
        Define("", "v1", "Pod", "pods", new PodStrategy { CountsGenerations = true, Row = PodRows.Pod }) with
        {
            ShortNames = ["po"], Categories = ["all"], HasStatus = true,
            SelectableFields = ["spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork",
                "status.phase", "status.podIP", "status.nominatedNodeName"],
            Subresources =
            [
                new("binding", "", "", "Binding", ["create"]), new("log", "", "", "Pod", ["get"]),
            ],
            Columns =
            [
                Column("Ready", "How many containers are ready."), Column("Status", "What the containers are doing."),
                Column("Restarts", "How often containers were restarted, and when last."), Age, Wide("IP", "The address of the pod."),
                Wide("Node", "The node that runs the pod."), Wide("Nominated Node", "The node that is kept free for the pod."),
                Wide("Readiness Gates", "Which readiness gates hold."),
            ],
        },
        Define("", "v1", "ReplicationController", "replicationcontrollers",
            new BuiltInStrategy(TypeCatalog.Get("ReplicationController")) { CountsGenerations = true, Row = WorkloadRows.ReplicationController }) with
        {
            ShortNames = ["rc"], Categories = ["all"], HasStatus = true,
            Scale = new(".spec.replicas", ".status.replicas", null), Columns = WorkloadKinds.ReplicaColumns,
        },
        Plain("ResourceQuota", "resourcequotas") with { ShortNames = ["quota"], HasStatus = true },
        Define("", "v1", "Secret", "secrets", new DataStrategy("Secret") { Row = Rows.Secret }) with
        {
            Columns = [Column("Type", "What the data is for."), Column("Data", "How many keys there are."), Age], SelectableFields = ["type"],
        },
        Define("", "v1", "ServiceAccount", "serviceaccounts",
            new BuiltInStrategy(TypeCatalog.Get("ServiceAccount")) { Unconditional = false, Row = Rows.ServiceAccount }) with
        {
            ShortNames = ["sa"], Columns = [Column("Secrets", "How many secrets the account names."), Age],
            Subresources = [new("token", "authentication.k8s.io", "v1", "TokenRequest", ["create"])],
        },
        Define("", "v1", "Service", "services", new ServiceStrategy { Row = Rows.Service }) with
        {
            ShortNames = ["svc"], Categories = ["all"], HasStatus = true, SelectableFields = ["spec.clusterIP", "spec.type"],
            Columns =
            [
                Column("Type", "How the service is exposed."), Column("Cluster-IP", "The address inside the cluster."),
                Column("External-IP", "The addresses outside of the cluster."), Column("Port(s)", "The ports that are served."), Age,
                Wide("Selector", "The labels of the pods that serve."),
            ],
        },
        Define("events.k8s.io", "v1", "Event", "events", new EventStrategy(core: false) { Row = PodRows.EventsV1 }, "EventsV1Event") with
        {
            ShortNames = ["ev"], Columns = EventColumns, StorageKey = "/events",
            SelectableFields = [.. EventFields.Select(path => path.Replace("involvedObject", "regarding", StringComparison.Ordinal))],
        },
    ];

    private static ResourceDefinition Plain(string kind, string plural) =>
        Define("", "v1", kind, plural, new BuiltInStrategy(TypeCatalog.Get(kind)) { Row = Rows.AgeOnly });
}
