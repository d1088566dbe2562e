using System.Net;
using System.Text.Json;
using Operator.Kubernetes.Models;
using Operator.Runtime.Tests.Fakes;
using Operator.Runtime.Watching;

namespace Operator.Runtime.Tests.Watching;

public class WatchFailureTests
{
    public static TheoryData<Exception, string> Failures => new()
    {
        { FakeErrors.Expired(), nameof(WatchFailureKind.VersionUnavailable) },
        { FakeErrors.Status(HttpStatusCode.Gone, "Gone"), nameof(WatchFailureKind.VersionUnavailable) },
        {
            FakeErrors.Status(
                HttpStatusCode.GatewayTimeout, "Timeout", "Too large resource version",
                new V1StatusDetails { Causes = [new V1StatusCause { Reason = "ResourceVersionTooLarge" }] }),
            nameof(WatchFailureKind.VersionUnavailable)
        },
        { FakeErrors.TooManyRequests(), nameof(WatchFailureKind.Throttled) },
        { FakeErrors.Status(HttpStatusCode.InternalServerError, "InternalError"), nameof(WatchFailureKind.ServerError) },
        { FakeErrors.Status(HttpStatusCode.ServiceUnavailable, "ServiceUnavailable"), nameof(WatchFailureKind.ServerError) },
        { FakeErrors.Status(HttpStatusCode.Unauthorized, "Unauthorized"), nameof(WatchFailureKind.Denied) },
        { FakeErrors.Status(HttpStatusCode.Forbidden, "Forbidden"), nameof(WatchFailureKind.Denied) },
        { FakeErrors.Status(HttpStatusCode.NotFound, "NotFound"), nameof(WatchFailureKind.Invalid) },
        { FakeErrors.Status(HttpStatusCode.BadRequest, "BadRequest"), nameof(WatchFailureKind.Invalid) },
        { new JsonException("not JSON"), nameof(WatchFailureKind.Invalid) },
        { FakeErrors.Refused(), nameof(WatchFailureKind.Unreachable) },
        { new IOException("reset"), nameof(WatchFailureKind.Unreachable) },
        { new OperationCanceledException(), nameof(WatchFailureKind.HalfOpen) },
        { new TimeoutException(), nameof(WatchFailureKind.HalfOpen) },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void Every_failure_has_its_kind(Exception exception, string kind) =>
        Assert.Equal(kind, WatchFailure.Classify(exception).Kind.ToString());

    [Fact]
    public void The_pause_that_the_server_asks_for_is_kept()
    {
        Assert.Equal(TimeSpan.FromSeconds(7), WatchFailure.Classify(FakeErrors.TooManyRequests(7)).RetryAfter);
        Assert.Null(WatchFailure.Classify(FakeErrors.TooManyRequests()).RetryAfter);
        var unavailable = FakeErrors.Status(HttpStatusCode.ServiceUnavailable, "ServiceUnavailable", "", new V1StatusDetails { RetryAfterSeconds = 3 });
        Assert.Equal(TimeSpan.FromSeconds(3), WatchFailure.Classify(unavailable).RetryAfter);
    }
}
