using Operator.Api;
using Operator.Api.Validation;
using Operator.Contract;

namespace Operator.Rollouts;

/// <summary>What a rollout must know of models and quotas.</summary>
internal interface IRolloutBudgets
{
    /// <summary>What validation must know about models; null when nothing is known.</summary>
    IModelKnowledge? Models { get; }

    /// <summary>The quota and the models of a deployment, as they stand.</summary>
    /// <param name="deployment">A deployment with a valid spec.</param>
    /// <param name="models">The ids of all models that limiters must know.</param>
    /// <param name="limiters">How many limiters the deployment has.</param>
    /// <param name="now">The time.</param>
    RolloutBudget Resolve(ClaudeDeployment deployment, IReadOnlyCollection<string> models, int limiters, DateTimeOffset now);
}

/// <summary>The quota and the models of a deployment.</summary>
internal sealed record RolloutBudget
{
    /// <summary>Why the quota cannot be used, in one CamelCase word; null when it is bound.</summary>
    public string? Refusal { get; init; }

    /// <summary>The binding in a sentence, with path and what to do where it is refused.</summary>
    public string Message { get; init; } = "";

    /// <summary>Whether the quota exists and does not allow the deployment's namespace: then what serves loses its share, too.</summary>
    public bool IsForbidden { get; init; }

    /// <summary>Whether the refusal may end without anybody changing this deployment: the quota may just not be applied yet.</summary>
    public bool MayResolve { get; init; }

    /// <summary>The budget for limiters; null when it is refused.</summary>
    public QuotaConfiguration? Quota { get; init; }

    /// <summary>Those of the asked models that are known.</summary>
    public IReadOnlyList<ModelConfiguration> Models { get; init; } = [];

    /// <summary>How the declared model stands.</summary>
    public ModelSupport Model { get; init; } = new(true, "Supported", "");

    /// <summary>Whether the quota holds requests back; null when that is not known.</summary>
    public ThrottleStatus? Throttle { get; init; }
}

/// <summary>How a model stands.</summary>
/// <param name="IsSupported">Whether it is known, current, and does not retire within 60 days.</param>
/// <param name="Reason">The cause in one CamelCase word.</param>
/// <param name="Message">The cause, with a date and the replacement where there is one.</param>
/// <param name="IsUsable">Whether it can be rolled out.</param>
internal sealed record ModelSupport(bool IsSupported, string Reason, string Message, bool IsUsable = true);
