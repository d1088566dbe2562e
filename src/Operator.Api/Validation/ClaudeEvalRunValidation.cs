namespace Operator.Api.Validation;

/// <summary>Tells everything that is wrong about a ClaudeEvalRun. Pure; never throws for any object.</summary>
public static class ClaudeEvalRunValidation
{
    /// <summary>Validates an object.</summary>
    /// <param name="entity">Any object, however broken.</param>
    public static Findings Validate(ClaudeEvalRun entity)
    {
        ArgumentNullException.ThrowIfNull(entity);
        var found = new FindingCollector();
        if (ObjectRules.Check(found, entity.Metadata, entity.Spec, entity.Unreadable, nameIsLabel: false)) Spec(found, entity.Spec);
        return found.Result;
    }

    /// <summary>Validates a change of an object: its spec never changes.</summary>
    /// <param name="stored">The object as it is.</param>
    /// <param name="entity">The object as it would be.</param>
    public static Findings ValidateUpdate(ClaudeEvalRun stored, ClaudeEvalRun entity)
    {
        ArgumentNullException.ThrowIfNull(stored);
        ArgumentNullException.ThrowIfNull(entity);
        // What cannot be read cannot be compared; its schema was another one and correcting it is no change of a result.
        if (stored.Unreadable is not null) return Validate(entity);
        if (entity.Unreadable is null && ObjectRules.SameSpec(stored.Spec, entity.Spec, ApiJsonContext.Default.ClaudeEvalRunSpec)) return Findings.None;
        var found = new FindingCollector();
        found.Forbidden("spec", "cannot change: verdicts cite it; create another ClaudeEvalRun instead");
        return found.Result;
    }

    private static void Spec(FindingCollector found, ClaudeEvalRunSpec spec)
    {
        found.Unknown("spec", spec);
        if (spec.DeploymentRef is { } reference)
        {
            found.Unknown("spec.deploymentRef", reference);
            TextRules.ObjectName(found, "spec.deploymentRef.name", reference.Name);
        }
        else
        {
            found.Required("spec.deploymentRef", "is missing; name the ClaudeDeployment");
        }
        TextRules.Digest(found, "spec.revision", spec.Revision);
        TextRules.DnsLabel(found, "spec.gate", spec.Gate, TextRules.GateNameLength);
        if (spec.SuiteDigest is { } digest) TextRules.Digest(found, "spec.suiteDigest", digest);
        ValueRules.Count(found, "spec.attempt", spec.Attempt, 0, Limits.Attempts);
        if (spec.Result is { } result) Result(found, "spec.result", result);
    }

    private static void Result(FindingCollector found, string path, EvalResult result)
    {
        found.Unknown(path, result);
        Counts(found, path, result.Passed, result.Total);
        if (result.Report is { Length: > 0 } report) HttpUrlRules.Check(found, path + ".report", report);
        long passed = 0, total = 0;
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (slicePath, slice) in found.Items(path + ".slices", result.Slices, Limits.Slices))
        {
            found.Unknown(slicePath, slice);
            if (string.IsNullOrEmpty(slice.Name)) found.Required(slicePath + ".name", "is missing; name the slice");
            else if (slice.Name.Length > TextRules.LabelLength) found.Error(slicePath + ".name", FindingReason.FieldValueTooLong,
                $"has {slice.Name.Length} characters; at most {TextRules.LabelLength} are allowed");
            else if (!names.Add(slice.Name)) found.Duplicate(slicePath + ".name",
                $"{FindingCollector.Quote(slice.Name)} is a slice already; report every slice once");
            Counts(found, slicePath, slice.Passed, slice.Total);
            passed += slice.Passed;
            total += slice.Total;
        }
        // A case may be in no slice, but in one at most.
        if (passed > result.Passed) found.Invalid(path + ".slices",
            $"have {passed} passed cases together, but only {result.Passed} passed in all; count every case in one slice");
        if (total - passed > (long)result.Total - result.Passed) found.Invalid(path + ".slices",
            $"have {total - passed} failed cases together, but only {(long)result.Total - result.Passed} failed in all; count every case in one slice");
    }

    private static void Counts(FindingCollector found, string path, int passed, int total)
    {
        ValueRules.Count(found, path + ".total", total, 1, Limits.Cases);
        if (passed < 0 || passed > Math.Max(0, total)) found.Invalid(path + ".passed",
            $"{passed} of {total} cases cannot have passed; it must lie between 0 and total");
    }
}
