using System.Text.Json.Nodes;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Schemas;

namespace Operator.LocalCluster.BuiltIns;

/// <summary>Jobs and CronJobs: pods that end.</summary>
internal sealed class JobStrategy(string kind) : BuiltInStrategy(TypeCatalog.Get(kind))
{
    /// <summary>The label with the job's UID, by which its pods are selected.</summary>
    public const string UidLabel = "batch.kubernetes.io/controller-uid";

    /// <summary>The label with the job's name.</summary>
    public const string NameLabel = "batch.kubernetes.io/job-name";

    private readonly bool _cron = kind == "CronJob";

    /// <inheritdoc/>
    protected override void ApplyKindDefaults(JsonObject value)
    {
        if (JobSpec(value) is not { } spec)
            return;
        PodDefaults.Apply(spec.Child("template", "spec"));
        if (_cron)
            return;
        if (spec["completions"] is null && spec["parallelism"] is null)
            spec["completions"] = 1;
        spec.Default("parallelism", 1);
        spec.Default("backoffLimit", spec["backoffLimitPerIndex"] is null ? 6 : int.MaxValue);
        spec.Default("podReplacementPolicy", spec["podFailurePolicy"] is null ? "TerminatingOrFailed" : "Failed");
        if (value["metadata"] is JsonObject metadata && metadata["labels"] is null && spec.Child("template", "metadata", "labels") is { } labels)
            metadata["labels"] = labels.DeepClone();
    }

    /// <inheritdoc/>
    public override void PrepareForCreate(JsonObject created)
    {
        base.PrepareForCreate(created);
        if (_cron || created.Child("spec") is not { } spec || spec.Flag("manualSelector") == true)
            return;
        if (created.Text("metadata", "uid") is not { } uid || created.Text("metadata", "name") is not { } name)
            return;
        var labels = spec.Ensure("template").Ensure("metadata").Ensure("labels");
        foreach (var key in (string[])[UidLabel, "controller-uid"])
            labels[key] = uid;
        foreach (var key in (string[])[NameLabel, "job-name"])
            labels[key] = name;
        spec.Ensure("selector").Ensure("matchLabels")[UidLabel] = uid;
    }

    /// <inheritdoc/>
    public override IEnumerable<FieldError> Validate(JsonObject value, JsonObject? live)
    {
        var spec = JobSpec(value);
        var path = _cron ? "spec.jobTemplate.spec" : "spec";
        foreach (var error in PodValidation.Errors(spec.Child("template", "spec"), path + ".template.spec"))
            yield return error;
        if (spec.Text("template", "spec", "restartPolicy") is null or "Always")
            yield return Required(path + ".template.spec.restartPolicy", "valid values: \"OnFailure\", \"Never\"");
        if (spec.Text("completionMode") == "Indexed" && spec.Number("completions") is null && !_cron)
            yield return Required(path + ".completions", "when completion mode is Indexed");
        if (_cron || live is null)
            yield break;
        foreach (var error in Immutable(value, live, "spec", "selector").Concat(Immutable(value, live, "spec", "completionMode")))
            yield return error;
        if (live.Flag("spec", "suspend") != true || live.Text("status", "startTime") is not null)
            foreach (var error in Immutable(value, live, "spec", "template"))
                yield return error;
        if (live.Text("spec", "completionMode") != "Indexed")
            foreach (var error in Immutable(value, live, "spec", "completions"))
                yield return error;
    }

    private JsonObject? JobSpec(JsonObject value) => _cron ? value.Child("spec", "jobTemplate", "spec") : value.Child("spec");
}
