using System.Diagnostics.Metrics;
using Operator.Api;
using Operator.Rollouts;
using Operator.Runtime.Caching;

namespace Operator.Catalog;

/// <summary>How long the models of deployments live on, as a gauge that is worked out when it is asked for.</summary>
internal sealed class ModelMetrics
{
    private readonly IInformer<ClaudeDeployment> _deployments;
    private readonly CatalogStore _catalog;
    private readonly TimeProvider _time;

    public ModelMetrics(IMeterFactory meters, IInformers informers, CatalogStore catalog, TimeProvider time)
    {
        (_deployments, _catalog, _time) = (informers.Get<ClaudeDeployment>(), catalog, time);
        meters.Create(RolloutMetrics.MeterName).CreateObservableGauge(
            "claudeops_model_retirement_days", Days, null, "Days until the declared model is retired, below zero when it is; missing while no date is known");
    }

    private IEnumerable<Measurement<double>> Days()
    {
        var now = _time.GetUtcNow();
        foreach (var deployment in _deployments.List())
        {
            if (deployment.Spec?.Model is not { } model || _catalog.Current.Find(model)?.Model.Lifecycle.Retires is not { } date) continue;
            yield return new(
                Math.Floor((date.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc) - now.UtcDateTime).TotalDays),
                new("namespace", deployment.Metadata.NamespaceProperty), new("name", deployment.Metadata.Name), new("model", model));
        }
    }
}
