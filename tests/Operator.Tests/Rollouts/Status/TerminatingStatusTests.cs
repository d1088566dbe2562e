using Operator.Api;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Serialization;
using Operator.Rollouts.Status;

namespace Operator.Tests.Rollouts.Status;

public class TerminatingStatusTests
{
    [Fact]
    public void A_namespace_that_ends_is_told_and_nothing_else_of_the_status_changes()
    {
        var now = new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
        var deployment = new ClaudeDeployment
        {
            Metadata = new V1ObjectMeta { Name = "triage", NamespaceProperty = "support", Generation = 3 },
            Status = new ClaudeDeploymentStatus
            {
                Phase = Phase.Progressing,
                Stable = new RevisionStatus { Revision = "a" },
                Conditions =
                [
                    new V1Condition { Type = "Available", Status = "True", Reason = "Serving" }, new V1Condition { Type = "Ready", Status = "True", Reason = "Promoted", LastTransitionTime = now.AddDays(-1) },
                    new V1Condition { Type = "Reconciling", Status = "True", Reason = "Progressing" },
                ],
            },
        };
        var told = RolloutStatus.Terminating(new KubernetesJson(ApiJsonContext.Default), deployment, now);
        Assert.Equal((Phase.Progressing, "a", "NamespaceTerminating"), (told.Phase, told.Stable!.Revision, told.Reason));
        Assert.Equal([("Available", "True"), ("Ready", "False"), ("Reconciling", "False")], told.Conditions!.Select(c => (c.Type, c.Status)));
        Assert.Equal(now, told.Conditions!.Single(c => c.Type == "Ready").LastTransitionTime);
        // Told again it is the same, so it is not written again.
        deployment.Status = told;
        var again = RolloutStatus.Terminating(new KubernetesJson(ApiJsonContext.Default), deployment, now.AddMinutes(5));
        Assert.Equal(told.Conditions!.Select(c => c.LastTransitionTime), again.Conditions!.Select(c => c.LastTransitionTime));
    }
}
