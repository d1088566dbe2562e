using Operator.Contract;
using Operator.Limiter.Configuration;
using Operator.Limiter.Refusals;

namespace Operator.Limiter.Routing;

/// <summary>Where a request belongs.</summary>
/// <param name="Deployment">The deployment; null when refused.</param>
/// <param name="Refusal">Why it belongs nowhere; null otherwise.</param>
internal readonly record struct Route(ServedDeployment? Deployment, Refusal? Refusal);

/// <summary>Finds the deployment of a request: by header, by model name, or because there is only one.</summary>
internal static class RequestRouter
{
    /// <summary>Routes.</summary>
    /// <param name="snapshot">What is served.</param>
    /// <param name="header">The value of <see cref="RequestHeaders.Deployment"/>; null or empty without it.</param>
    /// <param name="model">The body's model; null without one.</param>
    public static Route Find(LimiterSnapshot snapshot, string? header, string? model)
    {
        if (!string.IsNullOrEmpty(header))
        {
            return snapshot.Find(header) is { } named
                ? new(named, null)
                : new(null, Unknown(snapshot, $"The header {RequestHeaders.Deployment} names a deployment that this pod does not have."));
        }
        if (model is not null && snapshot.Find(model) is { } called) return new(called, null);
        if (snapshot.Only is { } only) return new(only, null);
        if (snapshot.Deployments.Count == 0)
        {
            return new(null, new Refusal(503, "api_error", "The limiter has no configuration yet.", "no-configuration")
            {
                RetryAfter = TimeSpan.FromSeconds(2),
                ShouldRetry = true,
            });
        }
        return new(null, Unknown(
            snapshot, $"This pod has several deployments: name one in the header {RequestHeaders.Deployment} or as the model."));
    }

    private static Refusal Unknown(LimiterSnapshot snapshot, string why) => Refusal.NotFound(
        $"{why} It has: {string.Join(", ", snapshot.Deployments.Select(d => d.Configuration.Name))}.", "unknown-deployment");
}
