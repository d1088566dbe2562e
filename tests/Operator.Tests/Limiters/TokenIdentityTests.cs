using Operator.Kubernetes.Models;
using Operator.Limiters.Authentication;

namespace Operator.Tests.Limiters;

public class TokenIdentityTests
{
    private const string Audience = "claude-operator";

    [Fact]
    public void A_token_of_a_pod_for_this_audience_has_a_bearer() =>
        Assert.Equal(new LimiterIdentity("team", "app-1", "uid-1"), TokenReviewAuthenticator.Identify(Review(), Audience));

    [Fact]
    public void Every_other_token_has_none()
    {
        V1TokenReviewStatus?[] others =
        [
            null,
            Change(r => r.Authenticated = false),
            Change(r => r.Audiences = ["https://kubernetes.default.svc"]),
            Change(r => r.Audiences = null),
            Change(r => r.User!.Username = "jane"),
            Change(r => r.User!.Username = "system:serviceaccount:team"),
            Change(r => r.User!.Username = "system:serviceaccount:team:default:x"),
            Change(r => r.User!.Extra = null),
            Change(r => r.User!.Extra!.Remove("authentication.kubernetes.io/pod-uid")),
            Change(r => r.User!.Extra!["authentication.kubernetes.io/pod-name"] = ["a", "b"]),
        ];
        Assert.All(others, status => Assert.Null(TokenReviewAuthenticator.Identify(status, Audience)));
    }

    private static V1TokenReviewStatus Change(Action<V1TokenReviewStatus> change)
    {
        var review = Review();
        change(review);
        return review;
    }

    private static V1TokenReviewStatus Review() => new()
    {
        Authenticated = true,
        Audiences = [Audience],
        User = new V1UserInfo
        {
            Username = "system:serviceaccount:team:default",
            Extra = new Dictionary<string, IList<string>>
            {
                ["authentication.kubernetes.io/pod-name"] = ["app-1"], ["authentication.kubernetes.io/pod-uid"] = ["uid-1"],
            },
        },
    };
}
