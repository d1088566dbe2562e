using System.Text.Json.Serialization;
using Operator.Api.Validation;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;

namespace Operator.Api;

/// <summary>What stays on one side of the split.</summary>
[JsonConverter(typeof(NamedEnumConverter<StickyBy>))]
public enum StickyBy
{
    /// <summary>All requests of a conversation.</summary>
    Conversation,

    /// <summary>All requests of a user.</summary>
    User,

    /// <summary>Nothing: every request is drawn anew.</summary>
    Request,
}

/// <summary>How a new revision receives traffic: one percentage, or a list of steps.</summary>
[ValidationRule("!has(self.percentage) || !has(self.steps) || size(self.steps) == 0",
    Message = "percentage is the short form of one step: give either percentage or steps")]
public sealed class CanarySpec : KubernetesModel
{
    /// <summary>Short form: the share of traffic that the new revision gets until its gates pass. Not together with <see cref="Steps"/>.</summary>
    [IntOrString]
    public Percent? Percentage { get; set; }

    /// <summary>Long form: weights that increase, with holds, and pauses between them.</summary>
    [Items(maxItems: Limits.Steps), ListType(ListType.Atomic)]
    public IList<CanaryStep>? Steps { get; set; }

    /// <summary>What stays on one side of the split. Newer models refuse a conversation that changes sides.</summary>
    [Default("Conversation")]
    public StickyBy StickyBy { get; set; } = StickyBy.Conversation;
}

/// <summary>One step: a weight with its hold, or a pause.</summary>
[ValidationRule("has(self.weight) != has(self.pause)", Message = "a step has either a weight or a pause")]
[ValidationRule("!has(self.pause) || (!has(self.hold) && !has(self.minRequests))",
    Message = "a pause has no hold and no minRequests: give the pause a duration")]
public sealed class CanaryStep : KubernetesModel
{
    /// <summary>The share of traffic for the new revision; higher than that of every step before.</summary>
    [IntOrString]
    public Percent? Weight { get; set; }

    /// <summary>How long the step lasts at least, from the moment when every limiter has its weight. Default 5m.</summary>
    public GoDuration? Hold { get; set; }

    /// <summary>How many requests the new revision must have served in this step at least. Default 0.</summary>
    [RangeMinimum(0), RangeMaximum(Limits.MinRequests)]
    public int? MinRequests { get; set; }

    /// <summary>Waits for an approval, or for a time where a duration is given.</summary>
    public CanaryPause? Pause { get; set; }
}

/// <summary>A pause between two weights.</summary>
public sealed class CanaryPause : KubernetesModel
{
    /// <summary>How long to wait; without it the pause ends by the annotation <c>claudeops.dev/approve</c> only.</summary>
    public GoDuration? Duration { get; set; }
}
