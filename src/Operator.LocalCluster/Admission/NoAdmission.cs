namespace Operator.LocalCluster.Admission;

/// <summary>Lets everything pass as it is.</summary>
internal sealed class NoAdmission : IAdmission
{
    /// <summary>The one instance.</summary>
    public static NoAdmission Instance { get; } = new();

    /// <inheritdoc/>
    public ValueTask<AdmissionOutcome> MutateAsync(AdmissionRequest request, CancellationToken cancellationToken) =>
        new(new AdmissionOutcome(request.Object, []));

    /// <inheritdoc/>
    public ValueTask<AdmissionOutcome> ValidateAsync(AdmissionRequest request, CancellationToken cancellationToken) =>
        new(new AdmissionOutcome(request.Object, []));
}
