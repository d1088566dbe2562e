using System.Text;
using System.Text.Json.Nodes;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Serialization;
using Operator.Kubernetes.Tests.Support;

namespace Operator.Kubernetes.Tests.Models;

public class ModelTests
{
    /// <summary>Documents with many of the fields of a kind, one unknown field each.</summary>
    public static TheoryData<string, string> Documents() => new()
    {
        {
            "Pod",
            """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"initContainers":[{"name":"limiter","image":"l","restartPolicy":"Always","startupProbe":{"httpGet":{"path":"/readyz","port":9090,"newer":1}}}],"containers":[{"name":"app","ports":[{"name":"http","containerPort":8080,"protocol":"TCP"}],"env":[{"name":"A","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}},{"name":"B","valueFrom":{"secretKeyRef":{"name":"s","key":"k","optional":true}}}],"resources":{"requests":{"cpu":"250m","memory":"1Gi"}},"livenessProbe":{"tcpSocket":{"port":"http"}},"securityContext":{"runAsNonRoot":true,"capabilities":{"drop":["ALL"]},"seccompProfile":{"type":"RuntimeDefault"}},"volumeMounts":[{"name":"t","mountPath":"/t","readOnly":true}]}],"volumes":[{"name":"t","projected":{"sources":[{"serviceAccountToken":{"audience":"a","expirationSeconds":3600,"path":"token"}},{"configMap":{"name":"c","items":[{"key":"a","path":"b","mode":256}]}}]}},{"name":"e","emptyDir":{"medium":"Memory","sizeLimit":"1Mi"}},{"name":"future","csi":{"driver":"x"}}],"affinity":{"nodeAffinity":{}},"hostPID":false},"status":{"phase":"Failed","podIP":"10.0.0.1","podIPs":[{"ip":"10.0.0.1"}],"containerStatuses":[{"name":"app","ready":false,"restartCount":1,"state":{"terminated":{"exitCode":3,"reason":"Error","message":"why","finishedAt":"2026-01-01T00:00:00Z"}},"lastState":{},"imageID":"x"}]}}"""
        },
        { "ConfigMap", """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"data":{"a":"b"},"binaryData":{"x":"AAEC"},"immutable":true,"newer":{"n":1}}""" },
        { "Secret", """{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},"data":{"a":"AAEC"},"type":"Opaque"}""" },
        { "Job", """{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"j"},"spec":{"backoffLimit":0,"ttlSecondsAfterFinished":60,"template":{"metadata":{"labels":{"a":"b"}},"spec":{"restartPolicy":"Never","containers":[{"name":"x"}]}},"podFailurePolicy":{"rules":[]}},"status":{"conditions":[{"type":"Complete","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z"}],"succeeded":1,"uncountedTerminatedPods":{}}}""" },
        { "CronJob", """{"apiVersion":"batch/v1","kind":"CronJob","metadata":{"name":"c"},"spec":{"schedule":"* * * * *","jobTemplate":{"metadata":{},"spec":{"suspend":true}}},"status":{"active":[{"kind":"Job","namespace":"n","name":"j"}]}}""" },
        { "Deployment", """{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},"spec":{"replicas":2,"selector":{"matchLabels":{"a":"b"},"matchExpressions":[{"key":"c","operator":"In","values":["d"]}]},"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":"25%","maxUnavailable":1}},"template":{"metadata":{},"spec":{"containers":[]}}},"status":{"observedGeneration":4,"conditions":[{"type":"Available","status":"True","lastUpdateTime":"2026-01-01T00:00:00Z"}]}}""" },
        { "Event", """{"apiVersion":"events.k8s.io/v1","kind":"Event","metadata":{"name":"e"},"eventTime":"2026-01-01T00:00:00.123456Z","series":{"count":2,"lastObservedTime":"2026-01-01T00:00:01.000000Z"},"reportingController":"c","reportingInstance":"i","action":"A","reason":"R","regarding":{"kind":"Pod","namespace":"n","name":"p","uid":"u"},"note":"text","type":"Warning","deprecatedCount":1}""" },
        { "Lease", """{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"l"},"spec":{"holderIdentity":"h","leaseDurationSeconds":15,"acquireTime":"2026-01-01T00:00:00.000001Z","renewTime":"2026-01-01T00:00:00.000000Z","leaseTransitions":3}}""" },
        { "CustomResourceDefinition", """{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"w.example.com"},"spec":{"group":"example.com","scope":"Namespaced","names":{"plural":"widgets","kind":"Widget","shortNames":["w"]},"versions":[{"name":"v1","served":true,"storage":true,"subresources":{"status":{},"scale":{"specReplicasPath":".spec.replicas","statusReplicasPath":".status.replicas"}},"additionalPrinterColumns":[{"name":"Age","type":"date","jsonPath":".metadata.creationTimestamp","priority":1}],"schema":{"openAPIV3Schema":{"type":"object","description":"d","required":["spec"],"properties":{"spec":{"type":"object","x-kubernetes-validations":[{"rule":"true","message":"m","optionalOldSelf":true}],"properties":{"a":{"type":"string","enum":["x","y"],"default":"x","pattern":"^x","maxLength":5},"n":{"type":"integer","format":"int64","minimum":0,"exclusiveMinimum":true,"maximum":10.5,"default":null,"nullable":true},"m":{"type":"object","additionalProperties":{"type":"string"}},"o":{"type":"object","additionalProperties":true},"f":{"type":"object","additionalProperties":false},"l":{"type":"array","items":{"type":"object","x-kubernetes-preserve-unknown-fields":true},"x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name"]},"i":{"x-kubernetes-int-or-string":true,"anyOf":[{"type":"integer"},{"type":"string"}]},"not":{"not":{"enum":[1,"a",null]}}},"x-newer":true}}}}}]}}""" },
        { "ValidatingWebhookConfiguration", """{"apiVersion":"admissionregistration.k8s.io/v1","kind":"ValidatingWebhookConfiguration","metadata":{"name":"v"},"webhooks":[{"name":"a.b.c","clientConfig":{"service":{"namespace":"n","name":"s","path":"/p","port":443},"caBundle":"AAEC"},"rules":[{"operations":["CREATE"],"apiGroups":["*"],"apiVersions":["v1"],"resources":["pods/status"],"scope":"*"}],"failurePolicy":"Fail","sideEffects":"None","timeoutSeconds":5,"admissionReviewVersions":["v1"],"matchConditions":[{"name":"m","expression":"true"}],"namespaceSelector":{}}]}""" },
        { "MutatingWebhookConfiguration", """{"apiVersion":"admissionregistration.k8s.io/v1","kind":"MutatingWebhookConfiguration","metadata":{"name":"m"},"webhooks":[{"name":"a.b.c","clientConfig":{"url":"https://x"},"reinvocationPolicy":"IfNeeded","objectSelector":{"matchLabels":{"a":"b"}}}]}""" },
        { "TokenReview", """{"apiVersion":"authentication.k8s.io/v1","kind":"TokenReview","metadata":{},"spec":{"token":"t","audiences":["a"]},"status":{"authenticated":true,"user":{"username":"u","groups":["g"],"extra":{"authentication.kubernetes.io/pod-name":["p"]}},"audiences":["a"]}}""" },
        { "SelfSubjectAccessReview", """{"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview","metadata":{},"spec":{"resourceAttributes":{"namespace":"n","verb":"list","group":"","resource":"pods"}},"status":{"allowed":false,"reason":"no"}}""" },
        { "AdmissionReview", """{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","metadata":{},"request":{"uid":"u","kind":{"group":"","version":"v1","kind":"Pod"},"resource":{"group":"","version":"v1","resource":"pods"},"name":"p","namespace":"n","operation":"CREATE","userInfo":{"username":"me"},"object":{"spec":{"x":1.0}},"dryRun":false,"options":{"kind":"CreateOptions"}},"response":{"uid":"u","allowed":true,"patchType":"JSONPatch","patch":"W10=","warnings":["w"]}}""" },
        { "Namespace", """{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"n"},"spec":{"finalizers":["kubernetes"]},"status":{"phase":"Active"}}""" },
        { "Service", """{"apiVersion":"v1","kind":"Service","metadata":{"name":"s"},"spec":{"selector":{"a":"b"},"clusterIP":"None","ports":[{"name":"http","port":80,"targetPort":"http","protocol":"TCP"}],"ipFamilies":["IPv4"]},"status":{"loadBalancer":{}}}""" },
        { "ServiceAccount", """{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"s"},"automountServiceAccountToken":false,"secrets":[{"name":"x"}]}""" },
    };

    [Theory]
    [MemberData(nameof(Documents))]
    public void A_document_comes_back_key_by_key(string kind, string text)
    {
        var back = JsonNode.Parse(Trip(kind, text));
        Assert.True(JsonGen.Same(JsonNode.Parse(text), back), back!.ToJsonString());
    }

    [Fact]
    public void The_fields_of_a_pod_are_where_they_are_expected()
    {
        var pod = KubernetesJson.BuiltIn.Deserialize<V1Pod>(Encoding.UTF8.GetBytes(Documents().Select(r => r.Data).First(r => r.Item1 == "Pod").Item2));

        Assert.Equal(9090, pod.Spec.InitContainers![0].StartupProbe!.HttpGet!.Port.Number);
        Assert.Equal("http", pod.Spec.Containers![0].LivenessProbe!.TcpSocket!.Port.Text);
        Assert.Equal(0.25m, pod.Spec.Containers[0].Resources!.Requests!["cpu"].ToDecimal());
        Assert.Equal(3600, pod.Spec.Volumes![0].Projected!.Sources![0].ServiceAccountToken!.ExpirationSeconds);
        Assert.Equal("why", pod.Status!.ContainerStatuses![0].State!.Terminated!.Message);
        Assert.True(pod.Spec.Volumes[2].AdditionalProperties!.ContainsKey("csi"));
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("250m", 0.25)]
    [InlineData("1Ki", 1024)]
    [InlineData("1.5Gi", 1610612736)]
    [InlineData("2M", 2000000)]
    [InlineData("1e3", 1000)]
    [InlineData("1E", 1e18)]
    [InlineData("-5", -5)]
    [InlineData("100n", 0.0000001)]
    public void Quantities_are_numbers_and_keep_their_text(string text, double value)
    {
        ResourceQuantity quantity = text;
        Assert.Equal((decimal)value, quantity.ToDecimal());
        Assert.Equal(text, quantity.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("Gi")]
    [InlineData("1Zi")]
    [InlineData("1 Gi")]
    [InlineData("1e3Mi")]
    [InlineData("99999999999Ei")]
    public void What_is_no_quantity_is_refused(string text)
    {
        Assert.False(new ResourceQuantity(text).TryToDecimal(out _));
        Assert.Throws<FormatException>(() => new ResourceQuantity(text).ToDecimal());
    }

    private static byte[] Trip(string kind, string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        return kind switch
        {
            "Pod" => Trip<V1Pod>(utf8),
            "ConfigMap" => Trip<V1ConfigMap>(utf8),
            "Secret" => Trip<V1Secret>(utf8),
            "Job" => Trip<V1Job>(utf8),
            "CronJob" => Trip<V1CronJob>(utf8),
            "Deployment" => Trip<V1Deployment>(utf8),
            "Event" => Trip<EventsV1Event>(utf8),
            "Lease" => Trip<V1Lease>(utf8),
            "CustomResourceDefinition" => Trip<V1CustomResourceDefinition>(utf8),
            "ValidatingWebhookConfiguration" => Trip<V1ValidatingWebhookConfiguration>(utf8),
            "MutatingWebhookConfiguration" => Trip<V1MutatingWebhookConfiguration>(utf8),
            "TokenReview" => Trip<V1TokenReview>(utf8),
            "SelfSubjectAccessReview" => Trip<V1SelfSubjectAccessReview>(utf8),
            "AdmissionReview" => Trip<V1AdmissionReview>(utf8),
            "Namespace" => Trip<V1Namespace>(utf8),
            "Service" => Trip<V1Service>(utf8),
            "ServiceAccount" => Trip<V1ServiceAccount>(utf8),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such kind here"),
        };
    }

    private static byte[] Trip<T>(byte[] utf8)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var json = KubernetesJson.BuiltIn;
        var value = json.Deserialize<T>(utf8);
        Assert.Equal((EntityMetadata.For<T>().ApiVersion, EntityMetadata.For<T>().Kind), (value.ApiVersion, value.Kind));
        return json.Serialize(value);
    }
}
