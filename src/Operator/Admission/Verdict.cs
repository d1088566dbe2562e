using System.Text.Json;
using Operator.Api.Validation;
using Operator.Runtime.Admission;

namespace Operator.Admission;

/// <summary>Turns findings into the answer of a webhook.</summary>
internal static class Verdict
{
    // An API server shows a person so many at most that they are read.
    private const int MostWarnings = 20;

    /// <summary>All errors at once with their paths, and all warnings whether it is refused or not.</summary>
    public static ValidationResult Of(Findings findings)
    {
        var result = findings.IsValid
            ? ValidationResult.Success()
            : ValidationResult.Invalid(findings.Errors.Select(error => new ValidationCause(error.Path, error.Message, error.Reason.ToString())));
        return result.WithWarnings(findings.Warnings.Take(MostWarnings).Select(warning => warning.ToString()));
    }

    /// <summary>Several findings as one; what both say of a field is said once, in the words of the first.</summary>
    public static Findings And(this Findings one, Findings other)
    {
        var told = one.Errors.Concat(one.Warnings).Select(finding => finding.Path).ToHashSet(StringComparer.Ordinal);
        return new(
            [.. one.Errors, .. other.Errors.Where(finding => !told.Contains(finding.Path))],
            [.. one.Warnings, .. other.Warnings.Where(finding => !told.Contains(finding.Path))]);
    }

    /// <summary>
    /// Whether a change leaves the spec as it is on the wire. Such a change always passes, also where the stored spec is one that nobody
    /// would accept today or can even read: finalizers must come off, and annotations and labels stay editable.
    /// </summary>
    public static bool LeavesSpec(AdmissionRequest request)
    {
        if (request.Object is not { ValueKind: JsonValueKind.Object } now || request.OldObject is not { ValueKind: JsonValueKind.Object } old)
            return false;
        var hasNow = now.TryGetProperty("spec", out var specNow);
        var hasOld = old.TryGetProperty("spec", out var specOld);
        return hasNow == hasOld && (!hasNow || JsonElement.DeepEquals(specNow, specOld));
    }
}
