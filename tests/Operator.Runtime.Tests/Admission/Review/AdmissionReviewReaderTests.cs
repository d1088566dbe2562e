using System.Text;
using Operator.Runtime.Admission;
using Operator.Runtime.Admission.Review;

namespace Operator.Runtime.Tests.Admission.Review;

public class AdmissionReviewReaderTests
{
    [Fact]
    public void A_review_is_read_with_everything_in_it()
    {
        var request = Read(
            """
            {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u1","kind":{"group":"apps","version":"v1","kind":"Deployment"},
             "resource":{"group":"apps","version":"v1","resource":"deployments"},"subResource":"scale","name":"web","namespace":"shop","operation":"UPDATE",
             "userInfo":{"username":"ann","uid":"7","groups":["a","b"],"extra":{"k":["v"]}},"object":{"x":1},"oldObject":{"x":0},"dryRun":true,"options":{"kind":"UpdateOptions"}}}
            """);
        Assert.Equal(("u1", AdmissionOperation.Update, "scale", "web", "shop", true),
            (request.Uid, request.Operation, request.SubResource, request.Name, request.Namespace, request.DryRun));
        Assert.Equal(new GroupVersionName("apps", "v1", "Deployment"), request.Kind);
        Assert.Equal(new GroupVersionName("apps", "v1", "deployments"), request.Resource);
        Assert.Equal(("ann", "7"), (request.User.Username, request.User.Uid));
        Assert.Equal(["a", "b"], request.User.Groups);
        Assert.Equal(["v"], request.User.Extra["k"]);
        Assert.Equal(1, request.Object!.Value.GetProperty("x").GetInt32());
        Assert.Equal(0, request.OldObject!.Value.GetProperty("x").GetInt32());
    }

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1beta1","kind":"AdmissionReview"}""", "apiVersion")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1","kind":"Pod"}""", "kind")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}""", "request is missing")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":[]}""", "request is not an object")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{}}""", "request.uid is missing")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":7}}""", "request.uid is not a string")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","operation":"PATCH"}}""", "\"PATCH\"")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","operation":"CREATE"}}""", "request.kind is missing")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","operation":"CREATE","kind":{},"resource":{},"object":"x"}}""", "request.object is not an object")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","operation":"CREATE","kind":{},"resource":{},"dryRun":"yes"}}""", "request.dryRun is not a boolean")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","operation":"CREATE","kind":{},"resource":{},"userInfo":{"groups":[1]}}}""", "request.userInfo.groups is not a list of strings")]
    public void What_is_no_review_is_refused_with_the_field(string body, string says) =>
        Assert.Contains(says, Assert.Throws<MalformedReviewException>(() => Read(body)).Message, StringComparison.Ordinal);

    [Fact]
    public void Bytes_without_sense_are_refused_and_never_crash()
    {
        var random = new Random(5);
        var valid = Encoding.UTF8.GetBytes("""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","operation":"CREATE","kind":{"kind":"A"},"resource":{},"userInfo":{"extra":{"a":["b"]},"groups":["x"]},"object":{"a":[1,2,{"b":null}]}}}""");
        var refused = 0;
        for (var i = 0; i < 5000; i++)
        {
            var body = (byte[])valid.Clone();
            for (var change = random.Next(1, 4); change > 0; change--) body[random.Next(body.Length)] = (byte)random.Next(256);
            try
            {
                AdmissionReviewReader.Read(body);
            }
            catch (MalformedReviewException)
            {
                refused++;
            }
        }

        Assert.True(refused > 1000);
    }

    [Fact]
    public void An_object_that_nests_without_end_is_refused()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 400)) + "1" + new string('}', 400);
        Assert.Throws<MalformedReviewException>(() => Read(deep));
    }

    private static AdmissionRequest Read(string body) => AdmissionReviewReader.Read(Encoding.UTF8.GetBytes(body));
}
