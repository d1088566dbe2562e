using System.Text.Json;
using System.Text.Json.Nodes;
using Operator.Api;
using Operator.Api.Validation;
using Operator.Catalog;
using Operator.Cli.Cluster;
using Operator.Contract;
using Operator.Kubernetes.Models;

namespace Operator.Cli.Eval.Running;

/// <summary>Holds the model and the parameters of a revision against the catalogue, with the code of admission.</summary>
internal static class ModelCheck
{
    /// <summary>What is allowed but unwise.</summary>
    /// <param name="content">The revision.</param>
    /// <param name="now">The time, for models that retire.</param>
    /// <exception cref="CliException">The API would refuse every request.</exception>
    public static IEnumerable<string> Warnings(RevisionConfiguration content, DateTimeOffset now)
    {
        var deployment = new ClaudeDeployment
        {
            Metadata = new V1ObjectMeta { Name = "eval" },
            Spec = new ClaudeDeploymentSpec { Model = content.Model, Parameters = Parameters(content) },
        };
        var found = ClaudeDeploymentValidation.Validate(deployment, new ValidationContext(new CatalogKnowledge(new CatalogStore()), now));
        var errors = found.Errors.Where(Concerns).Select(Told).ToList();
        if (errors.Count > 0) throw new CliException(ExitCode.Usage, string.Join("; ", errors));
        return found.Warnings.Where(Concerns).Select(Told);
    }

    private static ModelParameters Parameters(RevisionConfiguration content)
    {
        var parameters = new JsonObject { ["maxTokens"] = content.MaxTokens };
        if (content.Effort is { } effort) parameters["effort"] = effort;
        if (content.Thinking is { } thinking) parameters["thinking"] = thinking;
        try
        {
            return parameters.Deserialize(ApiJsonContext.Default.ModelParameters)!;
        }
        catch (JsonException error)
        {
            throw new CliException(ExitCode.Usage, $"parameters: {error.Message}; use the kubectl-claude of the operator's release");
        }
    }

    // The rest of the object is not there, and not asked for.
    private static bool Concerns(Finding finding) =>
        finding.Path.StartsWith("spec.model", StringComparison.Ordinal) || finding.Path.StartsWith("spec.parameters", StringComparison.Ordinal);

    private static string Told(Finding finding) => $"{finding.Path["spec.".Length..]}: {finding.Message}";
}
