using Operator.Runtime.Admission.Review;

namespace Operator.Runtime.Admission;

/// <summary>Answers the reviews of one path.</summary>
internal interface IAdmissionHandler
{
    /// <summary>The path, such as <c>/validate/claudedeployment</c>.</summary>
    string Path { get; }

    /// <summary>Answers one review.</summary>
    /// <exception cref="MalformedReviewException">The review lacks what its operation needs.</exception>
    Task<AdmissionResponse> HandleAsync(AdmissionRequest request, CancellationToken cancellationToken);
}
